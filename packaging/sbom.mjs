// Writes what the binary is made of: a CycloneDX 1.5 document, and the licences of every part with their texts.
// usage: node packaging/sbom.mjs <sbom.cdx.json> <THIRD-PARTY-LICENCES.md>
//
// Reads `cargo metadata` and web/package-lock.json; asks the network for nothing.

import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

const [sbomFile, licencesFile] = process.argv.slice(2);
if (!sbomFile || !licencesFile) {
  console.error('usage: node packaging/sbom.mjs <sbom> <licences>');
  process.exit(2);
}

const host = execFileSync('rustc', ['-vV'], { encoding: 'utf8' }).match(/^host: (.*)$/m)[1];
const metadata = JSON.parse(
  execFileSync('cargo', ['metadata', '--locked', '--offline', '--format-version', '1', '--filter-platform', host], {
    encoding: 'utf8',
    maxBuffer: 1 << 28,
  }),
);

/** The packages that end up in the binary: normal dependencies, followed from our own. */
function shippedCrates() {
  const nodes = new Map(metadata.resolve.nodes.map((node) => [node.id, node]));
  const packages = new Map(metadata.packages.map((entry) => [entry.id, entry]));
  const seen = new Set();
  const waiting = [metadata.resolve.root];
  while (waiting.length > 0) {
    const id = waiting.pop();
    if (seen.has(id)) continue;
    seen.add(id);
    for (const dependency of nodes.get(id).deps) {
      if (dependency.dep_kinds.some((kind) => kind.kind === null)) waiting.push(dependency.pkg);
    }
  }
  seen.delete(metadata.resolve.root);
  return [...seen].map((id) => packages.get(id));
}

const checksums = new Map(
  readFileSync('Cargo.lock', 'utf8')
    .split('[[package]]')
    .map((entry) => ['name', 'version', 'checksum'].map((key) => entry.match(new RegExp(`^${key} = "(.*)"$`, 'm'))?.[1]))
    .map(([name, version, checksum]) => [`${name} ${version}`, checksum]),
);

const crates = shippedCrates().map((entry) => ({
  type: 'library',
  name: entry.name,
  version: entry.version,
  licence: (entry.license ?? 'unknown').replaceAll('/', ' OR ').replace(/ +/g, ' '),
  purl: `pkg:cargo/${entry.name}@${entry.version}`,
  hashes: [{ alg: 'SHA-256', content: checksums.get(`${entry.name} ${entry.version}`) }].filter((hash) => hash.content),
  folder: dirname(entry.manifest_path),
}));

const lock = JSON.parse(readFileSync('web/package-lock.json', 'utf8'));
const modules = Object.entries(lock.packages)
  .filter(([path, entry]) => path.startsWith('node_modules/') && !entry.dev && !entry.optional)
  .map(([path, entry]) => {
    const name = path.slice(path.lastIndexOf('node_modules/') + 'node_modules/'.length);
    const purlName = name.startsWith('@') ? `%40${name.slice(1)}` : name;
    return {
      type: 'library',
      name,
      version: entry.version,
      licence: entry.license ?? 'unknown',
      purl: `pkg:npm/${purlName}@${entry.version}`,
      hashes: [],
      folder: join('web', path),
    };
  });

const parts = [...crates, ...modules].sort((a, b) => (a.purl < b.purl ? -1 : 1));
const root = metadata.packages.find((entry) => entry.id === metadata.resolve.root);
const sbom = {
  bomFormat: 'CycloneDX',
  specVersion: '1.5',
  version: 1,
  metadata: {
    component: {
      type: 'application',
      'bom-ref': `pkg:cargo/${root.name}@${root.version}`,
      name: root.name,
      version: root.version,
      licenses: [{ expression: root.license }],
    },
  },
  components: parts.map(({ type, name, version, licence, purl, hashes }) => ({
    type,
    'bom-ref': purl,
    name,
    version,
    purl,
    licenses: [{ expression: licence }],
    ...(hashes.length > 0 ? { hashes } : {}),
  })),
};
writeFileSync(sbomFile, `${JSON.stringify(sbom, null, 1)}\n`);

/** The licence texts that a part brings; equal texts are written once. */
function texts(folder) {
  if (!existsSync(folder)) return [];
  return readdirSync(folder)
    .filter((name) => /^(licen[cs]e|copying|notice|unlicense)/i.test(name))
    .sort()
    .flatMap((name) => {
      try {
        return [readFileSync(join(folder, name), 'utf8').replaceAll('\r\n', '\n').trim()];
      } catch {
        return [];
      }
    });
}

const byText = new Map();
for (const part of parts) {
  for (const text of texts(part.folder)) {
    byText.set(text, [...(byText.get(text) ?? []), `${part.name} ${part.version}`]);
  }
}
const rows = parts.map((part) => `| ${part.name} | ${part.version} | ${part.licence} |`);
const bodies = [...byText].map(([text, names]) => `### ${names.join(', ')}\n\n\`\`\`text\n${text}\n\`\`\`\n`);
writeFileSync(
  licencesFile,
  `# What Menpai is made of\n\n| part | version | licence |\n|---|---|---|\n${rows.join('\n')}\n\n## Texts\n\n${bodies.join('\n')}`,
);
console.log(`${crates.length} crates and ${modules.length} modules`);
