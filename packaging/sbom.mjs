// Writes what the binary is made of: a CycloneDX 1.5 document, and the licences of every part with their texts.
// usage: node packaging/sbom.mjs <sbom.cdx.json> <THIRD-PARTY-LICENCES.md> <target of the binary>
//
// Reads what cargo says, web/package-lock.json and the compiler's own licences; asks the network for nothing.

import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

const [sbomFile, licencesFile, target] = process.argv.slice(2);
if (!sbomFile || !licencesFile || !target) {
  console.error('usage: node packaging/sbom.mjs <sbom> <licences> <target>');
  process.exit(2);
}

const run = (program, ...words) => execFileSync(program, words, { encoding: 'utf8', maxBuffer: 1 << 28 });
const offline = ['--locked', '--offline'];
const metadata = JSON.parse(run('cargo', 'metadata', ...offline, '--format-version', '1', '--filter-platform', target));

/** The packages that end up in the binary: normal dependencies with the features that are built, ours left out. */
function shippedCrates() {
  const tree = run('cargo', 'tree', ...offline, '--target', target, '--edges', 'normal', '--prefix', 'none', '--format', '{p}');
  const shipped = new Set(tree.split('\n').map((line) => line.split(' ').slice(0, 2).join(' ')));
  return metadata.packages.filter(
    (entry) => entry.id !== metadata.resolve.root && shipped.has(`${entry.name} v${entry.version}`),
  );
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

/** What the compiler adds: its library and, to a static binary, the C library. */
const documents = join(run('rustc', '--print', 'sysroot').trim(), 'share/doc/rust/licenses');
const compiler = run('rustc', '--version').split(' ')[1];
const added = [
  {
    type: 'library',
    name: 'rust-std',
    version: compiler,
    licence: 'MIT OR Apache-2.0',
    purl: `pkg:generic/rust-std@${compiler}`,
    hashes: [],
    folder: documents,
    texts: /^(MIT|Apache-2\.0)\.txt$/,
  },
  ...(target.includes('musl')
    ? [
        {
          type: 'library',
          name: 'musl',
          version: `of-rust-${compiler}`,
          licence: 'MIT',
          purl: `pkg:generic/musl@of-rust-${compiler}`,
          hashes: [],
          folder: '/usr/share/doc/musl',
          texts: /^copyright$/,
        },
      ]
    : []),
];

// A module can be installed in two places; it is one part.
const parts = [...new Map([...crates, ...modules, ...added].map((part) => [part.purl, part])).values()].sort((a, b) =>
  a.purl < b.purl ? -1 : 1,
);
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

/** How deep the sources of others lie inside of a part, such as the C library in a crate. */
const DEEPEST = 3;

/** The licence texts that a part brings, those of the sources inside of it too; equal texts are written once. */
function texts(folder, wanted = /^(licen[cs]e|copying|notice|unlicense)/i, depth = 0) {
  if (!existsSync(folder)) return [];
  const entries = readdirSync(folder, { withFileTypes: true }).sort((a, b) => (a.name < b.name ? -1 : 1));
  return entries.flatMap((entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) {
      // Further in, COPYING is what somebody could choose instead.
      return depth < DEEPEST && entry.name !== 'node_modules' ? texts(path, /^(licen[cs]e|notice)/i, depth + 1) : [];
    }
    const isText = wanted.test(entry.name) && !/\.([cm]?js|ts|json|rs)$/.test(entry.name);
    return isText ? [readFileSync(path, 'utf8').replaceAll('\r\n', '\n').trim()] : [];
  });
}

const byText = new Map();
const bare = [];
for (const part of parts) {
  const found = new Set(texts(part.folder, part.texts));
  for (const text of found) byText.set(text, [...(byText.get(text) ?? []), `${part.name} ${part.version}`]);
  if (found.size === 0) bare.push(part);
}
const rows = parts.map((part) => `| ${part.name} | ${part.version} | ${part.licence} |`);
const bareRows = bare.map((part) => `- ${part.name} ${part.version}: the usual text of ${part.licence}`);
const bodies = [...byText].map(([text, names]) => `### ${names.join(', ')}\n\n\`\`\`text\n${text}\n\`\`\`\n`);
writeFileSync(
  licencesFile,
  `# What Menpai is made of\n\n| part | version | licence |\n|---|---|---|\n${rows.join('\n')}\n\n## Texts\n\n${bodies.join('\n')}\n## Without a text of their own\n\n${bareRows.join('\n')}\n`,
);
console.log(`${parts.length} parts, ${bare.length} of them without a licence text of their own`);
