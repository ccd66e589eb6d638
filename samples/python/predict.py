"""Labels a text through a running gateway and prints the receipt.

Usage: predict.py GATEWAY COLLECTION MODEL ENCODER LABELS TEXT
"""
import sys

import grpc

from iclmesh.gateway.v1 import gateway_service_pb2 as gateway
from iclmesh.gateway.v1 import gateway_service_pb2_grpc as stubs


def main() -> None:
    address, collection, model, encoder, labels, text = sys.argv[1:]
    with grpc.insecure_channel(address) as channel:
        client = stubs.GatewayServiceStub(channel)
        request = gateway.PredictRequest(
            collection=collection,
            input=text,
            labels=[gateway.Label(name=label) for label in labels.split(",")],
            model=model,
            encoder=encoder,
            selection=gateway.Selection(k=4),
        )
        answer = client.Predict(request, timeout=60)

    print(f"{answer.label}  (trace {answer.trace_id})")
    for share in answer.probabilities:
        print(f"  {share.label:<12} {share.probability:.3f}")
    for part in answer.demonstrations:
        print(f"  weight {part.weight:.3f}  contribution {part.contribution:+.3f}  similarity {part.similarity:.3f}  {part.label:<12} {part.text}")
    print(f"  {answer.usage.prompt_tokens} prompt tokens, {answer.usage.cached_tokens} from the cache")


if __name__ == "__main__":
    main()
