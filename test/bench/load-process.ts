import { type LoadJob, runLoad } from './load.ts';

/** The load generator as a process of its own: one job in, one result out, again and again. */
process.on('message', (job: LoadJob) => {
  runLoad(job).then(
    (result) => process.send?.(result),
    () => process.exit(1),
  );
});
process.on('disconnect', () => process.exit(0));
