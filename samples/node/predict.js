// Labels a text through a running gateway and prints the receipt.
// Usage: node predict.js GATEWAY COLLECTION MODEL ENCODER LABELS TEXT
import { fileURLToPath } from 'node:url';
import grpc from '@grpc/grpc-js';
import loader from '@grpc/proto-loader';

const [address, collection, model, encoder, labels, input] = process.argv.slice(2);
const root = fileURLToPath(new URL('../..', import.meta.url));
const packages = process.env.NUGET_PACKAGES ?? `${process.env.HOME}/.nuget/packages`;
const definition = loader.loadSync('iclmesh/gateway/v1/gateway_service.proto', {
  includeDirs: [`${root}/protos`, `${packages}/google.api.commonprotos/2.17.0/content/protos`],
  defaults: true,
  enums: String,
});
const { GatewayService } = grpc.loadPackageDefinition(definition).iclmesh.gateway.v1;
const client = new GatewayService(address, grpc.credentials.createInsecure());

const request = { collection, input, model, encoder, labels: labels.split(',').map((name) => ({ name })), selection: { k: 4 } };
client.Predict(request, { deadline: Date.now() + 60_000 }, (error, answer) => {
  client.close();
  if (error) {
    console.error(`${error.code}: ${error.details}`);
    process.exitCode = 1;
    return;
  }
  console.log(`${answer.label}  (trace ${answer.traceId})`);
  for (const share of answer.probabilities) {
    console.log(`  ${share.label.padEnd(12)} ${share.probability.toFixed(3)}`);
  }
  for (const part of answer.demonstrations) {
    // Weight and contribution are missing where the explanation was late; the flags say so.
    const [weight, contribution] = [part.weight, part.contribution].map((value) => value?.toFixed(3) ?? '-');
    console.log(`  weight ${weight}  contribution ${contribution}  similarity ${part.similarity.toFixed(3)}  ${part.label.padEnd(12)} ${part.text}`);
  }
  console.log(`  ${answer.usage.promptTokens} prompt tokens, ${answer.usage.cachedTokens} from the cache`);
});
