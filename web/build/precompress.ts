// Writes a Brotli and a gzip copy beside every built file that gets smaller by it; the binary serves the copies.
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { brotliCompressSync, constants, gzipSync } from 'node:zlib';
import type { Plugin } from 'vite';

const COMPRESSIBLE = /\.(js|css|svg|json|txt)$/;
// A copy must be worth its place in the binary.
const WORTH_IT = 0.9;

export function precompress(): Plugin {
  let folder = '';
  return {
    name: 'menpai-precompress',
    apply: 'build',
    configResolved: (config) => {
      folder = join(config.root, config.build.outDir);
    },
    closeBundle: () => {
      for (const name of readdirSync(folder, { recursive: true, encoding: 'utf8' })) {
        if (!COMPRESSIBLE.test(name)) continue;
        const plain = readFileSync(join(folder, name));
        const brotli = brotliCompressSync(plain, {
          params: { [constants.BROTLI_PARAM_QUALITY]: 11, [constants.BROTLI_PARAM_SIZE_HINT]: plain.length },
        });
        const gzip = gzipSync(plain, { level: 9 });
        if (brotli.length < plain.length * WORTH_IT) writeFileSync(join(folder, `${name}.br`), brotli);
        if (gzip.length < plain.length * WORTH_IT) writeFileSync(join(folder, `${name}.gz`), gzip);
      }
    },
  };
}
