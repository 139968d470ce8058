/**
 * How long each job waited although a slot was free, in milliseconds. At every moment as many waiting jobs could have run as
 * slots were free, those that were accepted first: time counts against those and against nobody else.
 *
 * `accepted` has the time at which each job was accepted, `events` are `[kind, job, time]`: `begin` takes a slot, `free`
 * gives it back.
 */
export function idleWaits({ slots, accepted, events }) {
  const all = [...[...accepted].map(([job, time]) => ['accepted', job, time]), ...events].sort((a, b) => a[2] - b[2]);
  const begun = new Set(events.filter(([kind]) => kind === 'begin').map(([, job]) => job));
  const waits = new Map([...begun].map((job) => [job, 0]));
  const waiting = new Set();
  const early = new Set(); // begun before the client had its answer: it has not waited
  let free = slots;
  let last = 0;
  for (const [kind, job, time] of all) {
    let could = free;
    for (const other of waiting) {
      if (could <= 0) break;
      could -= 1;
      waits.set(other, waits.get(other) + time - last);
    }
    last = time;
    if (kind === 'free') free += 1;
    else if (kind === 'begin') {
      free -= 1;
      if (!waiting.delete(job)) early.add(job);
    } else if (begun.has(job) && !early.has(job)) waiting.add(job);
  }
  return [...waits.values()];
}
