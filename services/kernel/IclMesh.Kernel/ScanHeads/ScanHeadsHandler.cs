using Grpc.Core;
using IclMesh.Kernel.Core.Heads;
using IclMesh.Kernel.V1;
using PayloadCase = IclMesh.Kernel.V1.ScanHeadsRequest.PayloadOneofCase;

namespace IclMesh.Kernel.ScanHeads;

internal sealed class ScanHeadsHandler(WorkLimits limits)
{
    public async Task<ScanHeadsResponse> HandleAsync(IAsyncStreamReader<ScanHeadsRequest> stream, CancellationToken cancellationToken)
    {
        if (!await stream.MoveNext(cancellationToken) || stream.Current.PayloadCase != PayloadCase.Options)
        {
            throw MeshException.Invalid("options", "must be the first message");
        }

        var options = stream.Current.Options;
        ScanHeadsRules.Check(options);
        var prompts = new List<Core.Heads.RecordedPrompt>();
        var (work, bytes) = (0.0, 0.0);
        while (await stream.MoveNext(cancellationToken))
        {
            if (stream.Current.PayloadCase != PayloadCase.Prompt)
            {
                throw MeshException.Invalid($"prompt[{prompts.Count}]", "must be a prompt, options come once");
            }

            var prompt = stream.Current.Prompt;
            ScanHeadsRules.Check(prompt, prompts.Count, options);

            // The null holds a vote table per round; what streams in is counted as it comes.
            double heads = (double)options.Poolings.Count * options.Layers * options.Heads;
            var rounds = 1 + (prompt.Report ? options.HasPermutations ? options.Permutations : 200 : 0);
            work += heads * (prompt.Labels.Count + options.Classes) * rounds;
            work += prompt.Report ? 0 : heads * heads * options.Classes;
            bytes += (4 * heads * prompt.Labels.Count) + (4 * heads * options.Classes * rounds) + (8 * heads * options.Classes);
            limits.Check(work, bytes);
            prompts.Add(prompt.ToPrompt());
        }

        var rules = new RequestRules();
        rules.Require(prompts.Any(prompt => !prompt.IsReport), "prompt", "at least one prompt must select (report = false)");
        rules.Require(prompts.Any(prompt => prompt.IsReport), "prompt", "at least one prompt must report (report = true)");
        rules.ThrowIfBroken();
        limits.Admit(work, bytes);
        return HeadScanner.Scan(options.ToOptions(), prompts, cancellationToken).ToResponse(options);
    }
}
