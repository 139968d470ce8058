import { writeFileSync } from 'node:fs';
import { monitorEventLoopDelay } from 'node:perf_hooks';

/**
 * Imported by a process before its program: SIGUSR2 begins the measurement anew, as what a program does at its start keeps
 * nobody waiting; at its end the longest that its event loop was busy and the most memory it had lie in LOOP_DELAY_FILE.
 */
const delay = monitorEventLoopDelay({ resolution: 5 });
process.on('SIGUSR2', () => delay.reset());
process.on('exit', () => {
  const facts = { longestMs: delay.max / 1e6, residentMiB: process.resourceUsage().maxRSS / 1024 };
  writeFileSync(process.env.LOOP_DELAY_FILE, JSON.stringify(facts));
});
delay.enable();
