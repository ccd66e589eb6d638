using System.Runtime.CompilerServices;
using System.Text.Json;
using IclMesh.Inference.Core.Models;
using IclMesh.Inference.Core.Scheduling;
using IclMesh.Inference.ModelFiles.Configuration;
using IclMesh.Inference.ModelFiles.Models;
using IclMesh.Inference.ModelFiles.Opening;
using IclMesh.Inference.Text.Settings;

namespace IclMesh.Inference.Core.Verification;

/// <summary>Compares what this build computes with independent expected values: whatever of the known files a folder holds.</summary>
/// <param name="engine">What computes; decoders are loaded in fp32, otherwise the tolerances mean nothing.</param>
/// <param name="open">Opens a model by name or path.</param>
public sealed class ModelVerifier(IModelEngine engine, Func<string, ModelSource> open)
{
    private const string TokenizerFile = "expected.jsonl";
    private static readonly string[] LanguageFiles = ["forward.json", "score.jsonl", "generate.jsonl"];

    private readonly ServingSettings settings = new() { Workers = 1 };

    /// <summary>Runs every check that the folder has files for.</summary>
    /// <param name="golden">Folder of expected values.</param>
    /// <param name="model">Model to check; null where the folder is the model.</param>
    /// <param name="progress">Told what is being compared.</param>
    /// <param name="cancellationToken">Stops between two comparisons.</param>
    /// <exception cref="MeshException">The folder holds none of the known files, or the model cannot be opened.</exception>
    public async IAsyncEnumerable<VerificationCheck> VerifyAsync(
        string golden, string? model, IProgress<string> progress, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        if (!Directory.Exists(golden))
        {
            throw MeshException.NotFound("golden folder", golden);
        }

        var found = false;
        foreach (var step in Steps(golden, model ?? golden, progress, cancellationToken))
        {
            foreach (var check in await Task.Run(step, cancellationToken).ConfigureAwait(false))
            {
                found = true;
                yield return check;
            }
        }

        if (!found)
        {
            throw new MeshException(
                ErrorKind.InvalidArgument, ErrorReasons.RequestInvalid, $"{golden} holds none of the files that can be verified");
        }
    }

    private IEnumerable<Func<Task<IReadOnlyList<VerificationCheck>>>> Steps(
        string golden, string model, IProgress<string> progress, CancellationToken cancellationToken)
    {
        var expected = Path.Combine(golden, "expected.json");
        if (File.Exists(Path.Combine(golden, "gguf_tensors.json")))
        {
            yield return () => Sync(GgufTensors(golden, model, progress, cancellationToken));
        }

        if (File.Exists(Path.Combine(golden, "tokenizer.jsonl")))
        {
            yield return () => Sync(SourceTokenizer(golden, model, progress));
        }

        if (LanguageFiles.Any(file => File.Exists(Path.Combine(golden, file))))
        {
            yield return () => LanguageAsync(golden, model, progress, cancellationToken);
        }

        if (File.Exists(Path.Combine(golden, TokenizerFile)))
        {
            yield return () => Sync(BareTokenizer(golden, model, TokenizerFile, progress));
        }

        // A folder of tokenizers, each in a folder of its own beside what it should give.
        foreach (var inner in Directory.GetDirectories(golden).Where(inner => File.Exists(Path.Combine(inner, TokenizerFile))).Order(StringComparer.Ordinal))
        {
            yield return () => Sync(BareTokenizer(inner, inner, Path.Combine(Path.GetFileName(inner), TokenizerFile), progress));
        }

        if (File.Exists(expected) && Directory.GetFiles(golden, "*.gguf").Length > 0)
        {
            foreach (var file in Directory.GetFiles(golden, "*.gguf").Order(StringComparer.Ordinal))
            {
                yield return () => Sync(GgufModel(golden, file, progress, cancellationToken));
            }
        }
        else if (File.Exists(expected) && IsChat(expected))
        {
            yield return () => Sync(Chat(expected, progress));
        }
        else if (File.Exists(expected) && File.Exists(Path.ChangeExtension(expected, "safetensors")))
        {
            yield return () => ExpectedAsync(golden, model, progress, cancellationToken);
        }
    }

    private static bool IsChat(string expected)
    {
        using var document = JsonDocument.Parse(File.ReadAllBytes(expected));
        return document.RootElement.ValueKind == JsonValueKind.Object && document.RootElement.TryGetProperty("cases", out _);
    }

    private static IReadOnlyList<VerificationCheck> Chat(string expected, IProgress<string> progress)
    {
        progress.Report("chat templates");
        using var document = JsonDocument.Parse(File.ReadAllBytes(expected));
        return ChatVerification.Run(document.RootElement, "expected.json");
    }

    private IEnumerable<VerificationCheck> GgufTensors(string golden, string model, IProgress<string> progress, CancellationToken cancellationToken)
    {
        const string Name = "gguf_tensors.json";
        progress.Report("de-quantised tensors");
        using var list = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(golden, Name)));
        string location;
        using (var source = open(model))
        {
            location = source.Location;
        }

        return GgufVerification.Run(location, list.RootElement, Name, cancellationToken);
    }

    private IEnumerable<VerificationCheck> SourceTokenizer(string golden, string model, IProgress<string> progress)
    {
        const string Name = "tokenizer.jsonl";
        progress.Report("tokenizer");
        using var source = open(model);
        return TokenizerVerification.Run(source.Tokenizer, Path.Combine(golden, Name), Name);
    }

    private static IEnumerable<VerificationCheck> BareTokenizer(string golden, string model, string name, IProgress<string> progress)
    {
        progress.Report("tokenizer");
        var tokenizer = TokenizerFiles.ReadJson(Path.Combine(model, "tokenizer.json"));
        return TokenizerVerification.Run(tokenizer, Path.Combine(golden, TokenizerFile), name);
    }

    private async Task<IReadOnlyList<VerificationCheck>> LanguageAsync(
        string golden, string model, IProgress<string> progress, CancellationToken cancellationToken)
    {
        progress.Report("loading");
        await using var workers = new WorkerPool(1);
        var source = open(model);
        var decoder = LoadDecoder(source, cancellationToken);
        using var language = new LanguageModel(source, decoder, settings, workers, TimeProvider.System);
        var checks = new List<VerificationCheck>();
        if (File.Exists(Path.Combine(golden, "forward.json")))
        {
            checks.AddRange(new ForwardVerification(decoder).Run(golden, progress, cancellationToken));
        }

        if (File.Exists(Path.Combine(golden, "score.jsonl")))
        {
            checks.AddRange(new ScoreVerification(language).Run(golden, progress, cancellationToken));
        }

        if (File.Exists(Path.Combine(golden, "generate.jsonl")))
        {
            checks.AddRange(await GenerateVerification.RunAsync(language, golden, progress, cancellationToken).ConfigureAwait(false));
        }

        return checks;
    }

    private IEnumerable<VerificationCheck> GgufModel(string golden, string file, IProgress<string> progress, CancellationToken cancellationToken)
    {
        var type = Path.GetFileNameWithoutExtension(file);
        progress.Report(type);
        using var list = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(golden, "expected.json")));
        using var expected = new GoldenTensors(Path.Combine(golden, "expected.safetensors"));
        using var source = open(file);
        using var decoder = LoadDecoder(source, cancellationToken);
        var entry = list.RootElement.GetProperty(type);
        var texts = entry.TryGetProperty("texts", out var own) ? DecoderVerification.Texts(own) : SiblingTexts(golden);
        return
        [
            .. GgufVerification.Run(file, entry.GetProperty("tensors"), type, cancellationToken),
            .. new DecoderVerification(decoder, type).Run(expected, $"{type}.", texts, cancellationToken),
        ];
    }

    /// <summary>The files hold the same model as the folder beside them, and the same texts.</summary>
    private static IReadOnlyList<int[]> SiblingTexts(string golden)
    {
        var folder = Path.TrimEndingDirectorySeparator(Path.GetFullPath(golden));
        var sibling = Path.Combine(folder.EndsWith("-gguf", StringComparison.Ordinal) ? folder[..^"-gguf".Length] : folder, "expected.json");
        using var list = JsonDocument.Parse(File.ReadAllBytes(sibling));
        return DecoderVerification.Texts(list.RootElement);
    }

    private async Task<IReadOnlyList<VerificationCheck>> ExpectedAsync(
        string golden, string model, IProgress<string> progress, CancellationToken cancellationToken)
    {
        progress.Report("loading");
        const string Name = "expected";
        using var list = JsonDocument.Parse(await File.ReadAllBytesAsync(Path.Combine(golden, "expected.json"), cancellationToken).ConfigureAwait(false));
        using var expected = new GoldenTensors(Path.Combine(golden, "expected.safetensors"));
        using var source = open(model);
        var encoder = source.Configuration.Family == ModelFamily.Bert;
        var checks = new List<VerificationCheck>
        {
            TokenizerVerification.Run(source.Tokenizer, list.RootElement, Name, addSpecialTokens: encoder, source.Encoder?.MaximumTokens),
        };
        if (expected.Has("embeddings"))
        {
            var workers = new WorkerPool(1);
            using var sentences = SentenceEncoder.Load(source, engine, settings, workers, TimeProvider.System, cancellationToken);
            checks.AddRange(await EncoderVerification.EmbedAsync(sentences, Name, golden, cancellationToken).ConfigureAwait(false));
            await workers.DisposeAsync().ConfigureAwait(false);
        }
        else if (encoder)
        {
            checks.AddRange(EncoderVerification.Run(source, engine, Name, golden, cancellationToken));
        }
        else
        {
            using var decoder = LoadDecoder(source, cancellationToken);
            checks.AddRange(new DecoderVerification(decoder, Name).Run(expected, "", DecoderVerification.Texts(list.RootElement), cancellationToken));
        }

        return checks;
    }

    private ITransformerModel LoadDecoder(ModelSource source, CancellationToken cancellationToken) => source.Graph is null
        ? engine.LoadDecoder(source, "fp32", cancellationToken)
        : throw FileFaults.Unsupported(source.Graph, "is a graph of others, which shows neither attention nor hidden states to compare");

    private static Task<IReadOnlyList<VerificationCheck>> Sync(IEnumerable<VerificationCheck> checks) =>
        Task.FromResult<IReadOnlyList<VerificationCheck>>([.. checks]);
}
