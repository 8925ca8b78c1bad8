// Owns how the test runner finds the suites of all packages.
import { configDefaults, defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['**/*.test.ts'],
    exclude: [...configDefaults.exclude, '.cache/**', 'build/**'],
    globalSetup: ['scripts/test-set-up.ts'],
    // Real servers and threads on two busy cores: a limit that only a hang reaches.
    testTimeout: 30_000,
    hookTimeout: 60_000,
    // A polled state takes as long as any other step.
    expect: { poll: { timeout: 20_000 } },
  },
});
