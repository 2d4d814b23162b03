// What the pages are made of is allowed to be in them; read from the lock file alone (docs/adr/0001-dependency-check.md).
import { readFileSync } from 'node:fs';

const SHIPPED = ['0BSD', 'Apache-2.0', 'BSD-2-Clause', 'BSD-3-Clause', 'CC0-1.0', 'ISC', 'MIT', 'MPL-2.0'];
// Tools that build and test the pages and leave nothing in them.
const TOOLS = [...SHIPPED, 'BlueOak-1.0.0', 'CC-BY-4.0', 'MIT-0', 'Python-2.0'];

const LOCKS = ['../package-lock.json', '../../tests/e2e/package-lock.json'];

const packages = LOCKS.flatMap((name) => {
  const lock = JSON.parse(readFileSync(new URL(name, import.meta.url), 'utf8'));
  return Object.entries(lock.packages).filter(([path]) => path !== '');
});
const problems = [];
for (const [path, entry] of packages) {
  const accepted = entry.dev ? TOOLS : SHIPPED;
  const choices = (entry.license ?? '').replace(/[()]/g, '').split(' OR ');
  if (!choices.some((licence) => accepted.includes(licence))) problems.push(`${path}: licence "${entry.license}"`);
  if (!entry.integrity) problems.push(`${path}: no checksum`);
  if (entry.resolved) problems.push(`${path}: carries a download address; see web/.npmrc`);
}
if (packages.length < 50) problems.push('the lock files were not read');
if (problems.length > 0) {
  console.error(problems.join('\n'));
  process.exit(1);
}
console.log(`licences: ${packages.length} packages of the pages and their tests are as they should be`);
