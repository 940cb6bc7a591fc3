/**
 * Loaded into a Kept process before all else (`--import`), it sets the wall clock of that process by as many ms as
 * it is told over its channel: `Date.now()` and `new Date()`, as when somebody sets the machine's clock. Left as
 * they are, as they would be then: `performance.now()`, timers. Left as they are, though they wouldn't be: times of
 * files, what Node itself reads below JavaScript (the Date header of HTTP), and TLS.
 */
let offMs = 0;
const real = Date.now.bind(Date);
const shifted = () => real() + offMs;

globalThis.Date = new Proxy(Date, {
  construct: (target, args: unknown[], newTarget) =>
    Reflect.construct(target, args.length === 0 ? [shifted()] : args, newTarget),
  apply: () => new Date(shifted()).toString(),
  get: (target, name, receiver) => (name === 'now' ? shifted : Reflect.get(target, name, receiver)),
});

process.on('message', (told: unknown) => {
  if (typeof told === 'object' && told !== null && 'offMs' in told && typeof told.offMs === 'number') {
    offMs = told.offMs;
  }
});
// It keeps no process from ending.
process.channel?.unref();
