import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { Plugin, Rollup } from 'vite';

const SOURCE = fileURLToPath(new URL('src/school/offline/worker.mjs', import.meta.url));
/** Pages that open without network, and what one of them loads only where it needs it. */
const PAGES = /\/school\/(main\.ts|pages\/(TodayPage|RollCallPage|ScanPage)\.vue)$|\/node_modules\/qr\/decode\.js$/;

/** Builds the service worker of the school's area: its source with the files that it is to keep. */
export function schoolWorker(): Plugin {
  return {
    name: 'school-worker',
    apply: 'build',
    generateBundle(_, bundle) {
      const chunks = Object.values(bundle).filter((one): one is Rollup.OutputChunk => one.type === 'chunk');
      const byFile = new Map(chunks.map((chunk) => [chunk.fileName, chunk]));
      const files = new Set<string>();
      const add = ({ fileName, imports, viteMetadata }: Rollup.OutputChunk) => {
        if (files.has(fileName)) return;
        files.add(fileName);
        for (const css of viteMetadata?.importedCss ?? []) files.add(css);
        for (const name of imports) if (byFile.has(name)) add(byFile.get(name)!);
      };
      const isPage = ({ moduleIds, facadeModuleId }: Rollup.OutputChunk) =>
        facadeModuleId === null
          ? moduleIds.some((id) => PAGES.test(id))
          : facadeModuleId.endsWith('/school.html') || PAGES.test(facadeModuleId);
      chunks.filter(isPage).forEach(add);
      const source = readFileSync(SOURCE, 'utf8');
      const paths = JSON.stringify([...files].sort().map((file) => `/${file}`));
      const version = createHash('sha256').update(source).update(paths).digest('hex').slice(0, 12);
      this.emitFile({
        type: 'asset',
        fileName: 'school-worker.js',
        source: source.replace('__VERSION__', version).replace('__FILES__', () => paths),
      });
    },
  };
}
