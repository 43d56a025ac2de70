import { defineConfig } from "vitest/config";

export default defineConfig({
  test: { include: ["suites/*.test.ts"], fileParallelism: false, hookTimeout: 60_000, silent: "passed-only" },
});
