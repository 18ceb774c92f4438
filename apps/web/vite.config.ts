import { fileURLToPath } from 'node:url';
import vue from '@vitejs/plugin-vue';
import { defineConfig } from 'vite';
import { schoolWorker } from './school-worker';

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url));

/** Three entries, so that what staff need never reaches a resident's phone. */
export default defineConfig({
  root: here('.'),
  plugins: [vue(), schoolWorker()],
  resolve: {
    conditions: ['source', 'module', 'browser', 'production'],
    alias: { '#contracts': here('../../libs/contracts/src/index.ts') },
  },
  define: {
    __VUE_OPTIONS_API__: 'false',
    __VUE_PROD_DEVTOOLS__: 'false',
    __VUE_I18N_FULL_INSTALL__: 'false',
    __VUE_I18N_LEGACY_API__: 'false',
    __INTLIFY_PROD_DEVTOOLS__: 'false',
  },
  build: {
    outDir: here('../../build/web'),
    emptyOutDir: true,
    target: 'es2019',
    manifest: true,
    chunkSizeWarningLimit: 1500,
    rollupOptions: {
      input: { resident: here('resident.html'), school: here('school.html'), bureau: here('bureau.html') },
      // Contracts are pure: a page comes with what it uses of them, not with all that stands beside it.
      treeshake: { moduleSideEffects: [{ test: /[\\/]libs[\\/]contracts[\\/]/, sideEffects: false }] },
      output: {
        codeSplitting: {
          // Small parts that several pages use travel together: on a weak network each request costs more than its bytes.
          groups: [
            { name: 'parts', test: /[\\/]src[\\/]shared[\\/](?!staff[\\/])/, minShareCount: 4 },
            // Few need a lottery, few get ready each day, and an enrollment is looked into now and then: what those pages
            // share stays out of everybody's first load.
            {
              name: 'resident-parts',
              test: /[\\/]src[\\/]resident[\\/](?!(lottery|prepare|enroll|check-in)[\\/]|messages[\\/](lottery|prepare|enrollment|check-in))/,
              minShareCount: 2,
            },
          ],
        },
      },
    },
  },
  server: { proxy: { '/api': 'http://127.0.0.1:3000' } },
});
