// graphile-worker: one process, with its local queue and its batched completion.
import { makeWorkerUtils, runOnce } from "graphile-worker";

const [url, count] = [process.argv[2], Number(process.argv[3])];
const utils = await makeWorkerUtils({ connectionString: url });
await utils.migrate();
await utils.withPgClient((client) =>
  client.query("select graphile_worker.add_job('nothing', '{}'::json) from generate_series(1, $1::int)", [count]),
);
await utils.release();

let done = 0;
const preset = {
  worker: { connectionString: url, concurrentJobs: 24, maxPoolSize: 25, completeJobBatchDelay: 0, failJobBatchDelay: 0, localQueue: { size: 500 } },
};
const silent = { log() {} };
const { Logger } = await import("graphile-worker");
const logger = new Logger(() => () => silent.log());
const begun = process.hrtime.bigint();
await runOnce({ preset, logger, noHandleSignals: true, taskList: { nothing: () => { done += 1; } } });
const seconds = Number(process.hrtime.bigint() - begun) / 1e9;
if (done !== count) throw new Error(`${done} of ${count} jobs`);
console.log(seconds);
process.exit(0);
