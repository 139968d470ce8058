import { writeFileSync } from 'node:fs';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { setInterval } from 'node:timers';

/**
 * Imported by a process before its program: SIGUSR2 begins the measurement anew, as what a program does at its start keeps
 * nobody waiting; at its end the longest that its event loop was busy, the longest of which it used the processor (the rest
 * is other processes' doing) and the most memory it had lie in LOOP_DELAY_FILE.
 */
const delay = monitorEventLoopDelay({ resolution: 5 });
let busiestMs = 0;
let last = { at: performance.now(), usage: process.cpuUsage() };
const look = () => {
  const { user, system } = process.cpuUsage(last.usage);
  const now = performance.now();
  busiestMs = Math.max(busiestMs, Math.min(now - last.at, (user + system) / 1000));
  last = { at: now, usage: process.cpuUsage() };
};
process.on('SIGUSR2', () => {
  delay.reset();
  look();
  busiestMs = 0;
});
process.on('exit', () => {
  const facts = { longestMs: delay.max / 1e6, busiestMs, residentMiB: process.resourceUsage().maxRSS / 1024 };
  writeFileSync(process.env.LOOP_DELAY_FILE, JSON.stringify(facts));
});
delay.enable();
setInterval(look, 5).unref();
