// Times the exact searches of USearch, hnswlib and LanceDB on the vectors that the benchmark wrote:
// peers.mjs FOLDER DIMENSION BATCH THREADS REPETITIONS PACKAGES
import { createRequire } from "node:module";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { join, resolve } from "node:path";

const [folder, packages] = [process.argv[2], process.argv[7]];
const [dimension, batch, threads, repetitions] = process.argv.slice(3, 7).map(Number);
const load = createRequire(join(resolve(packages), "package.json"));

const version = (name) => JSON.parse(readFileSync(join(packages, "node_modules", name, "package.json"), "utf8")).version;

const read = (name) => {
  const bytes = readFileSync(join(folder, name));
  return new Float32Array(bytes.buffer, bytes.byteOffset, bytes.length / 4);
};
const base = read("base.f32");
const queries = read("queries.f32");
const rows = base.length / dimension;
const row = (values, i) => values.subarray(i * dimension, (i + 1) * dimension);

// prepare(part) is not timed: it puts queries into the form that the peer takes.
async function measure(name, prepare, search) {
  const count = queries.length / dimension;
  const part = (i) => prepare(Array.from({ length: batch }, (_, j) => row(queries, (i * batch + j) % count)));
  const seconds = [];
  let ids;
  await search(part(0));
  for (let i = 0; i < repetitions; i++) {
    const wanted = part(i);
    const start = process.hrtime.bigint();
    const found = await search(wanted);
    seconds.push(Number(process.hrtime.bigint() - start) / 1e9);
    ids ??= found;
  }
  return { name, seconds, ids: ids.map((list) => Array.from(list, Number)) };
}

const results = [];
const usearch = load("usearch");
results.push(await measure(
  `USearch ${version("usearch")} exact`,
  (part) => {
    const all = new Float32Array(batch * dimension);
    part.forEach((query, i) => all.set(query, i * dimension));
    return all;
  },
  (part) => {
    const { keys } = usearch.exactSearch(base, part, dimension, 10, usearch.MetricKind.IP, threads);
    return Array.from({ length: batch }, (_, i) => keys.subarray(i * 10, (i + 1) * 10));
  }));

// The others take one query at a time.
if (batch === 1) {
  const { BruteforceSearch } = load("hnswlib-node");
  const brute = new BruteforceSearch("ip", dimension);
  brute.initIndex(rows);
  for (let i = 0; i < rows; i++) brute.addPoint(Array.from(row(base, i)), i);
  results.push(await measure(
    `hnswlib-node ${version("hnswlib-node")} brute force`,
    (part) => Array.from(part[0]),
    (query) => [brute.searchKnn(query, 10).neighbors]));

  const lance = load("@lancedb/lancedb");
  const place = mkdtempSync(join(folder, "lance-"));
  const database = await lance.connect(place);
  const table = await database.createTable("rows", Array.from({ length: rows }, (_, i) => ({ id: i, vector: Array.from(row(base, i)) })));
  results.push(await measure(
    `LanceDB ${version("@lancedb/lancedb")} flat`,
    (part) => Array.from(part[0]),
    async (query) => [(await table.vectorSearch(query).distanceType("cosine").select(["id", "_distance"]).limit(10).toArray()).map((hit) => hit.id)]));
  rmSync(place, { recursive: true });
}

console.log(JSON.stringify(results));
