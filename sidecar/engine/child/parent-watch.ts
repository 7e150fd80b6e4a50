import { workerData } from "node:worker_threads";

const { parentPid } = workerData as { parentPid: number };

/** Often enough to free the memory soon, rarely enough to cost nothing, in milliseconds. */
const intervalMs = 1000;

// A thread of its own: the engine's event loop may be blocked by what a model file brings along, and its process
// channel says nothing then. SIGKILL, because nothing else ends a blocked process.
setInterval(() => {
  if (process.ppid !== parentPid || !exists(parentPid)) process.kill(process.pid, "SIGKILL");
}, intervalMs);

/** On Windows a child keeps the number of a parent that has ended. */
function exists(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code !== "ESRCH";
  }
}
