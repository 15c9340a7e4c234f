/** Starts the mock gatehouse on a free port; resolves to its address and how to stop it. */
import { spawn } from "node:child_process";

export function start(env = {}) {
  const mock = spawn(process.execPath, ["mock/server.mjs"], { env: { ...process.env, DELAY: "0", ...env, PORT: "0" }, stdio: ["ignore", "pipe", "inherit"] });
  return new Promise((resolve, reject) => {
    mock.once("exit", () => reject(new Error("the mock server ended")));
    mock.stdout.once("data", (line) => resolve({ base: String(line).trim().replace(/\/$/, ""), stop: () => mock.kill() }));
  });
}
