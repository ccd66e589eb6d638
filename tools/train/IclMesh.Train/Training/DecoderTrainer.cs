using System.Diagnostics;
using System.Text.Json;
using IclMesh.Train.Data;
using IclMesh.Train.Episodes;
using IclMesh.Train.Export;
using IclMesh.Train.Model;
using TorchSharp;
using static TorchSharp.torch.nn.functional;

namespace IclMesh.Train.Training;

/// <summary>Trains the decoder to answer from the demonstrations before it; resumable, a checkpoint a minute.</summary>
internal sealed class DecoderTrainer
{
    // The sharpness of the answer lives in the head and would take hundreds of steps to grow at the common rate.
    private const double HeadRate = 5;
    private static readonly int[] readAfter = [0, 1];
    private readonly Corpus corpus;
    private readonly TinyDecoder decoder;
    private readonly LabelWords labels;
    private readonly DecoderOptions options;
    private readonly SyntheticEpisodes synthetic;
    private readonly RealEpisodes real;
    private readonly Adam adam = new();
    private readonly Weights readers = new();
    private readonly string checkpoint;
    private DecoderState state = new();

    public DecoderTrainer(Corpus corpus, TinyDecoder decoder, LabelWords labels, int[] content, DecoderOptions options, string checkpoint)
    {
        (this.corpus, this.decoder, this.labels, this.options, this.checkpoint) = (corpus, decoder, labels, options, checkpoint);
        synthetic = new(content);
        real = new(corpus, new(corpus, options.Seed, Console.WriteLine), options.Recombined);
        foreach (var (name, parameter) in decoder.Weights.All)
        {
            if (name == "meaning")
                adam.Add(name, parameter, options.EmbeddingRate, options.EmbeddingDecay);
            else
                adam.Add(name, parameter, name == "head" ? HeadRate : 1, decay: parameter.Dimensions > 1 ? options.Decay : 0);
        }
        foreach (var layer in readAfter)
        {
            adam.Add($"reader.{layer}.weight", readers.Normal($"reader.{layer}.weight", 0.02, corpus.Classes, decoder.Shape.Hidden));
            adam.Add($"reader.{layer}.bias", readers.Constant($"reader.{layer}.bias", 0, corpus.Classes));
        }
    }

    // Seed and step alone decide what is drawn, so a resumed run draws what an uninterrupted one would.
    private int StepSeed => (options.Seed * 1_000_003) + state.Step;

    /// <summary>Takes up the run of a checkpoint, where there is one.</summary>
    public void Resume()
    {
        if (!File.Exists(checkpoint))
            return;
        using var scope = torch.NewDisposeScope();
        var tensors = Safetensors.Read(checkpoint);
        decoder.Weights.Restore(tensors);
        readers.Restore(tensors);
        decoder.Codes.copy_(tensors["codes"]);
        adam.Restore(tensors);
        state = JsonSerializer.Deserialize<DecoderState>(File.ReadAllText(checkpoint + ".json"))!;
        adam.Steps = state.Step;
    }

    /// <summary>Starts a new run from the weights of an exported model: at level 1, with fresh moments.</summary>
    public void Start(string folder)
    {
        if (File.Exists(checkpoint))
            return;
        Models.RestoreExported(decoder, Path.Combine(folder, "model.safetensors"));
        state.Level = 1;
    }

    /// <summary>Runs until the tokens given are read.</summary>
    /// <param name="everyMinute">Called after each checkpoint.</param>
    public void Run(Action<DecoderState> everyMinute)
    {
        var clock = Stopwatch.StartNew();
        var before = state.Seconds;
        var saved = state.Seconds;
        while (state.Tokens < options.Tokens)
        {
            using (torch.NewDisposeScope())
                Step(Draw());
            state.Seconds = before + clock.Elapsed.TotalSeconds;
            if (state.Seconds - saved < 60)
                continue;
            saved = state.Seconds;
            Save();
            everyMinute(state);
        }
        Save();
        everyMinute(state);
    }

    /// <summary>Trains on a batch.</summary>
    /// <returns>The whole loss before the step, in nats.</returns>
    internal double Step(StepBatch batch)
    {
        using var scope = torch.NewDisposeScope();
        torch.manual_seed(StepSeed);
        var classLogits = new List<torch.Tensor>();
        var votes = new List<torch.Tensor>();
        var states = decoder.Run(batch.Ids, (layer, x, q, k) =>
        {
            foreach (var (_, head) in options.KernelHeads.Where(h => h.Layer == layer && options.KernelWeight > 0))
                votes.Add(VoteLoss(batch, layer, head, q, k));
            if (readAfter.Contains(layer) && batch.ClassPositions.shape[0] > 0)
                classLogits.Add(linear(At(x, batch.ClassPositions), readers[$"reader.{layer}.weight"], readers[$"reader.{layer}.bias"]));
        }, options.Dropout, options.LayerDropout);
        var logits = decoder.Logits(At(states, batch.Positions), batch.Tokens);
        var loss = cross_entropy(logits, batch.Targets);
        var total = loss;
        foreach (var read in classLogits)
            total = total + (cross_entropy(read, batch.Classes) * options.ClassWeight);
        foreach (var vote in votes)
            total = total + (vote * options.KernelWeight);
        total.backward();
        var progress = state.Tokens / options.Tokens;
        var rate = options.Rate * Math.Min(1, (state.Step + 1.0) / options.WarmUp)
            * (options.LastRateShare + ((1 - options.LastRateShare) * 0.5 * (1 + Math.Cos(Math.PI * Math.Min(1, progress)))));
        adam.Step(rate);
        Follow(batch, logits, loss, classLogits, votes);
        return total.ToDouble();
    }

    /// <summary>The batch of the next step.</summary>
    internal StepBatch Draw()
    {
        var random = new Random(StepSeed);
        var length = DecoderOptions.Length(state.Level, random);
        var pool = labels.Draw(state.Level, random);
        var share = DecoderOptions.RealShare(state.Level, length);
        var (sequences, isReal) = (new List<Sequence>(), new List<bool>());
        for (var i = 0; i < options.TokensPerStep / length; i++)
        {
            var sequence = new Sequence(length);
            var longLabels = state.Level >= 1 && random.NextDouble() < options.LongLabelShare;
            isReal.Add(random.NextDouble() < share);
            if (isReal[^1])
                real.Fill(sequence, pool, longLabels, random);
            else
                synthetic.Fill(sequence, state.Level, pool, longLabels, random);
            sequences.Add(sequence);
        }
        return new(sequences, isReal, pool, state.Level >= 1);
    }

    private void Follow(StepBatch batch, torch.Tensor logits, torch.Tensor loss, List<torch.Tensor> classLogits, List<torch.Tensor> votes)
    {
        using var gradients = torch.no_grad();
        var right = logits.argmax(1).eq(batch.Targets).to(torch.ScalarType.Float32);
        state.SeenSynthetic = Running(state.SeenSynthetic, Share(right, batch.SeenSynthetic));
        state.SeenReal = Running(state.SeenReal, Share(right, batch.SeenReal));
        state.Loss = Running(state.Loss, loss.ToDouble());
        if (votes.Count > 0)
            state.KernelLoss = Running(state.KernelLoss, votes[^1].ToDouble());
        if (classLogits.Count > 0)
        {
            state.ClassLoss = Running(state.ClassLoss, cross_entropy(classLogits[^1], batch.Classes).ToDouble());
            state.ClassAccuracy = Running(state.ClassAccuracy, classLogits[^1].argmax(1).eq(batch.Classes).to(torch.ScalarType.Float32).mean().ToDouble());
        }
        if (state.SeenSynthetic > 0.75 - (0.1 * state.Level))
            state.Level = Math.Min(1, state.Level + 0.01);
        state.Step++;
        state.Tokens += batch.Ids.numel();

        static double Running(double mean, double? value) => value is { } v ? (mean == 0 ? v : mean + (0.05 * (v - mean))) : mean;

        static double? Share(torch.Tensor right, torch.Tensor mask) =>
            mask.sum().ToDouble() is > 0 and var count ? (right * mask).sum().ToDouble() / count : null;
    }

    // The head's attention on each demonstration's tail, summed by label, is a vote; its share for the right label is what is asked for.
    private torch.Tensor VoteLoss(StepBatch batch, int layer, int head, torch.Tensor q, torch.Tensor k)
    {
        const double Least = 1e-4;
        var scores = q.select(1, head).matmul(k.select(1, head).transpose(1, 2)) / Math.Sqrt(decoder.Shape.HeadSize);
        var attention = (scores + decoder.Mask(layer, (int)q.shape[2])[0, head]).softmax(2);
        var votes = attention.matmul(batch.Tails).view(-1, batch.Tails.shape[2]).index_select(0, batch.VotePositions) + Least;
        return -(votes.gather(1, batch.VoteTargets.unsqueeze(1)).squeeze(1) / votes.sum(1)).log().mean();
    }

    /// <summary>Writes the checkpoint.</summary>
    internal void Save()
    {
        using var scope = torch.NewDisposeScope();
        var tensors = decoder.Weights.All.Concat(readers.All).ToDictionary(x => x.Key, x => (torch.Tensor)x.Value);
        tensors["codes"] = decoder.Codes;
        foreach (var (name, tensor) in adam.State())
            tensors[name] = tensor;
        Safetensors.Write(checkpoint, tensors, half: false);
        File.WriteAllText(checkpoint + ".json", JsonSerializer.Serialize(state));
    }

    private torch.Tensor At(torch.Tensor x, torch.Tensor positions) => x.view(-1, decoder.Shape.Hidden).index_select(0, positions);
}
