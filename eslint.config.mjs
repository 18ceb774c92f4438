import vue from 'eslint-plugin-vue';
import tseslint from 'typescript-eslint';

export default tseslint.config(
  { ignores: ['dist/', 'build/', '.data/', 'node_modules/', 'apps/web/src/shared/api-schema.d.ts'] },
  ...tseslint.configs.recommendedTypeChecked,
  {
    languageOptions: {
      parserOptions: { projectService: { allowDefaultProject: ['*.mjs'] }, tsconfigRootDir: import.meta.dirname },
    },
    rules: {
      '@typescript-eslint/consistent-type-imports': 'off',
      '@typescript-eslint/no-floating-promises': 'error',
      '@typescript-eslint/switch-exhaustiveness-check': ['error', { considerDefaultExhaustiveForUnions: true }],
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_' }],
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true }],
      // Raw SQL rows arrive as `any` from TypeORM's `query`; every caller names the row type it expects.
      '@typescript-eslint/no-unsafe-assignment': 'off',
      '@typescript-eslint/no-unsafe-return': 'off',
      'no-restricted-properties': [
        'error',
        { object: 'process', property: 'env', message: 'Settings are read in libs/core/src/configuration alone.' },
        { object: 'Math', property: 'random', message: 'Dice are an argument.' },
      ],
      'no-console': 'error',
    },
  },
  {
    files: ['libs/core/src/configuration/**', 'test/**', 'apps/standalone/**', '**/*.mjs'],
    rules: { 'no-restricted-properties': 'off' },
  },
  { files: ['apps/cli/**', 'apps/standalone/**', 'test/**', '**/*.mjs'], rules: { 'no-console': 'off' } },
  {
    // What comes back over HTTP is JSON of any shape; the test itself says what it must be.
    files: ['test/**', '**/*.spec.ts'],
    rules: {
      '@typescript-eslint/no-explicit-any': 'off',
      '@typescript-eslint/no-unsafe-member-access': 'off',
      '@typescript-eslint/no-unsafe-argument': 'off',
      '@typescript-eslint/no-unsafe-call': 'off',
    },
  },
  {
    // A .vue file is of no known type here; vue-tsc knows it.
    files: ['apps/web/src/**/*.ts'],
    rules: { '@typescript-eslint/no-unsafe-argument': 'off' },
  },
  ...vue.configs['flat/recommended-error'].map((config) => ({ ...config, files: ['**/*.vue'] })),
  {
    // Types in templates are vue-tsc's to check; the layout of templates is Prettier's.
    files: ['**/*.vue'],
    ...tseslint.configs.disableTypeChecked,
    languageOptions: {
      ...tseslint.configs.disableTypeChecked.languageOptions,
      parserOptions: {
        ...tseslint.configs.disableTypeChecked.languageOptions?.parserOptions,
        parser: tseslint.parser,
        extraFileExtensions: ['.vue'],
      },
    },
  },
  {
    files: ['**/*.vue'],
    rules: {
      ...vue.configs['no-layout-rules'].rules,
      'vue/require-default-prop': 'off',
      'vue/no-v-html': 'error',
    },
  },
  { files: ['**/*.mjs', '**/*.cjs'], ...tseslint.configs.disableTypeChecked },
);
