// pg-boss: one process; fetched and completed in batches by hand, since its own worker waits half a second between two.
import PgBoss from "pg-boss";

const [url, count] = [process.argv[2], Number(process.argv[3])];
const boss = new PgBoss({ connectionString: url, supervise: false, schedule: false });
boss.on("error", (error) => { throw error; });
await boss.start();
await boss.createQueue("nothing");
for (let left = count; left > 0; left -= 1000) {
  await boss.insert(Array.from({ length: Math.min(left, 1000) }, () => ({ name: "nothing" })));
}
let done = 0;
const begun = process.hrtime.bigint();
for (;;) {
  const jobs = await boss.fetch("nothing", { batchSize: 500 });
  if (jobs.length === 0) break;
  await boss.complete("nothing", jobs.map((job) => job.id));
  done += jobs.length;
}
const seconds = Number(process.hrtime.bigint() - begun) / 1e9;
if (done !== count) throw new Error(`${done} of ${count} jobs`);
console.log(seconds);
process.exit(0);
