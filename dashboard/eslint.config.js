import tseslint from 'typescript-eslint';

export default tseslint.config(
    { ignores: ['node_modules/**', 'dist/**'] },
    ...tseslint.configs.strict,
    {
        files: ['**/*.ts'],
        rules: {
            '@typescript-eslint/consistent-type-imports': 'error',
            '@typescript-eslint/no-explicit-any': 'error',
            '@typescript-eslint/no-non-null-assertion': 'error',
            'no-restricted-syntax': [
                'error',
                { selector: 'ExportDefaultDeclaration', message: 'Export by name.' },
                { selector: 'TSEnumDeclaration', message: 'Use a union of strings.' },
            ],
            eqeqeq: ['error', 'always'],
            'no-console': 'error',
        },
    },
    {
        files: ['*.config.ts', '*.config.js', 'scripts/**'],
        rules: { 'no-restricted-syntax': 'off', 'no-console': 'off' },
    },
);
