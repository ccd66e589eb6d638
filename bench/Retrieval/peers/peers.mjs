// Times USearch, hnswlib and LanceDB on the vectors that the benchmark wrote: peers.mjs FOLDER DIMENSION BATCH THREADS REPETITIONS
import { readFileSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { performance } from "node:perf_hooks";

const require = createRequire(import.meta.url);
const [folder, ...numbers] = process.argv.slice(2);
const [dimension, batch, threads, repetitions] = numbers.map(Number);
const k = 10;

function read(name) {
  const bytes = readFileSync(join(folder, name));
  return new Float32Array(bytes.buffer, bytes.byteOffset, bytes.byteLength / 4);
}

const base = read("base.f32");
const queries = read("queries.f32");
const row = (values, i) => values.subarray(i * dimension, (i + 1) * dimension);
const count = queries.length / dimension;
const part = (i) => Array.from({ length: batch }, (_, j) => row(queries, (i * batch + j) % count));

// `search` takes an array of queries and answers with an array of lists of ids.
async function measure(name, times, search) {
  await search(part(0));
  const seconds = [];
  let ids;
  for (let i = 0; i < times; i++) {
    const wanted = part(i);
    const start = performance.now();
    const found = await search(wanted);
    seconds.push((performance.now() - start) / 1e3);
    ids ??= found.map((list) => Array.from(list, Number));
  }
  return { name, seconds, ids };
}

async function usearch() {
  const { exactSearch, MetricKind } = require("usearch");
  const flat = new Float32Array(batch * dimension);
  return measure("USearch 2.26.2 exact", repetitions, (wanted) => {
    wanted.forEach((query, j) => flat.set(query, j * dimension));
    const { keys } = exactSearch(base, flat, dimension, k, MetricKind.IP, threads);
    return wanted.map((_, j) => keys.subarray(j * k, (j + 1) * k));
  });
}

async function hnswlib() {
  const { BruteforceSearch } = require("hnswlib-node");
  const index = new BruteforceSearch("ip", dimension);
  index.initIndex(base.length / dimension);
  for (let i = 0; i < base.length / dimension; i++) index.addPoint(Array.from(row(base, i)), i);
  return measure("hnswlib 0.8 brute force, 1 thread", Math.min(repetitions, 20), (wanted) =>
    wanted.map((query) => index.searchKnn(Array.from(query), k).neighbors.reverse()));
}

async function lancedb() {
  const { connect } = require("@lancedb/lancedb");
  const arrow = require("apache-arrow");
  const place = join(folder, "lance");
  const type = new arrow.FixedSizeList(dimension, new arrow.Field("item", new arrow.Float32(), true));
  const rows = base.length / dimension;
  const vectors = arrow.makeData({
    type,
    length: rows,
    nullCount: 0,
    child: arrow.makeData({ type: new arrow.Float32(), length: base.length, nullCount: 0, data: base }),
  });
  const ids = arrow.makeData({ type: new arrow.Int32(), length: rows, nullCount: 0, data: Int32Array.from({ length: rows }, (_, i) => i) });
  const schema = new arrow.Schema([new arrow.Field("id", new arrow.Int32(), true), new arrow.Field("vector", type, true)]);
  const content = new arrow.Table([
    new arrow.RecordBatch(schema, arrow.makeData({ type: new arrow.Struct(schema.fields), length: rows, nullCount: 0, children: [ids, vectors] })),
  ]);
  const table = await (await connect(place)).createTable("rows", content);
  const answer = await measure("LanceDB 0.39 flat", Math.min(repetitions, 10), (wanted) =>
    Promise.all(wanted.map(async (query) => (await table.search(query).distanceType("dot").select(["id"]).limit(k).toArray()).map((hit) => hit.id))));
  rmSync(place, { recursive: true });
  return answer;
}

const results = [];
for (const peer of [usearch, hnswlib, lancedb]) {
  results.push(await peer());
}
console.log(JSON.stringify(results));
process.exit(0);
