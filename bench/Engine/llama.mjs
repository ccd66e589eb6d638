// Answers requests of the engine benchmark with llama.cpp (node-llama-cpp), one JSON line each way.
// usage: node llama.mjs FOLDER-WITH-node_modules THREADS
import {createRequire} from "node:module";
import {readFileSync, writeFileSync} from "node:fs";
import {createInterface} from "node:readline";
import {pathToFileURL} from "node:url";

const threads = Number(process.argv[3]);
const require = createRequire(pathToFileURL(process.argv[2] + "/package.json"));
const {getLlama, LlamaLogLevel} = await import(pathToFileURL(require.resolve("node-llama-cpp")));
const llama = await getLlama({gpu: false, build: "never", skipDownload: true, maxThreads: threads, logLevel: LlamaLogLevel.error, progressLogs: false});
let model, context, sequence;

const peak = () => Number(/VmHWM:\s+(\d+)/.exec(readFileSync("/proc/self/status", "utf8"))[1]) * 1024;

async function load(request) {
    if (model) await model.dispose();
    model = await llama.loadModel({modelPath: request.path, gpuLayers: 0, useMmap: true});
    context = await model.createContext({contextSize: 4608, batchSize: 512, threads, flashAttention: request.mode === "flash"});
    sequence = context.getSequence();
    return await next(request.tokens, 1);
}

// Runs the tokens that the sequence does not hold yet and generates greedily; one token means: a prefill with logits of its last row.
async function next(tokens, count) {
    let last = -1;
    for await (const token of sequence.evaluate(tokens, {temperature: 0})) {
        last = token;
        if (--count === 0) break;
    }
    return last;
}

async function prefill(tokens) {
    await sequence.clearHistory();
    return await next(tokens, 1);
}

async function rewind(length) {
    if (sequence.nextTokenIndex > length) await sequence.eraseContextTokenRanges([{start: length, end: sequence.nextTokenIndex}]);
}

async function queries(request) {
    let answer = -1;
    for (const query of request.others) {
        await rewind(request.tokens.length);
        answer = await next(query, 1);
    }
    return answer;
}

const operations = {
    load,
    prefill: request => prefill(request.tokens),
    decode: async request => { await rewind(request.tokens.length - 1); return await next([request.tokens.at(-1)], request.count); },
    eight: async request => { let answer; for (const tokens of request.others) answer = await prefill(tokens); return answer; },
    "queries-separate": queries
};

for await (const line of createInterface({input: process.stdin})) {
    const request = JSON.parse(line);
    writeFileSync("/proc/self/clear_refs", "5");
    const cpu = process.cpuUsage(), wall = process.hrtime.bigint();
    const answer = await operations[request.op](request);
    const used = process.cpuUsage(cpu);
    console.log(JSON.stringify({cpu: (used.user + used.system) / 1e6, wall: Number(process.hrtime.bigint() - wall) / 1e9, peak: peak(), answer}));
}
