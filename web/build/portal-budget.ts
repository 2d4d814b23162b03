// Keeps the employees' pages small: what a phone loads first stays below a limit, and holds nothing of the
// administrators' pages.
import { gzipSync } from 'node:zlib';
import type { Plugin } from 'vite';

const ENTRY = 'portal.html';
/** Bytes of scripts and styles, compressed as the server sends them to a client that reads gzip only. */
const LIMIT = 150_000;
const NOT_FOR_EMPLOYEES = /\/src\/(app|features)\/|\/node_modules\/(antd|@ant-design|rc-[^/]+|@rc-component)\//;

export function portalBudget(): Plugin {
  return {
    name: 'menpai-portal-budget',
    apply: 'build',
    generateBundle: {
      order: 'post',
      handler(_, bundle) {
        const parts = Object.values(bundle);
        const entry = parts.find((part) => part.type === 'chunk' && part.facadeModuleId?.endsWith(ENTRY));
        if (entry?.type !== 'chunk') return this.error(`${ENTRY} is not among what was built`);
        const first = new Set<string>();
        const waiting = [entry.fileName];
        while (waiting.length > 0) {
          const name = waiting.pop() ?? '';
          const chunk = bundle[name];
          if (first.has(name) || chunk?.type !== 'chunk') continue;
          first.add(name);
          waiting.push(...chunk.imports);
          for (const style of chunk.viteMetadata?.importedCss ?? []) first.add(style);
          const foreign = chunk.moduleIds.find((id) => NOT_FOR_EMPLOYEES.test(id));
          if (foreign) this.error(`the portal loads ${foreign}, which belongs to the administrators' pages`);
        }
        let bytes = 0;
        for (const name of first) {
          const part = bundle[name];
          if (part) bytes += gzipSync(part.type === 'chunk' ? part.code : part.source, { level: 9 }).length;
        }
        const measured = `the portal's first load: ${first.size} files, ${(bytes / 1000).toFixed(1)} kB compressed`;
        if (bytes > LIMIT) this.error(`${measured}; the limit is ${LIMIT / 1000} kB`);
        console.log(measured);
      },
    },
  };
}
