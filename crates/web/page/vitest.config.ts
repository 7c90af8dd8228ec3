import { defineConfig } from "vitest/config";

// Models are run by the binary, which is slow to start on a busy machine.
export default defineConfig({ test: { include: ["tests/*.test.ts"], testTimeout: 60_000 } });
