using System.Text.Json;
using IclMesh.Testing;
using IclMesh.Train.Commands;
using IclMesh.Train.Data;
using IclMesh.Train.Episodes;
using IclMesh.Train.Model;
using IclMesh.Train.Text;
using IclMesh.Train.Training;
using TorchSharp;

namespace IclMesh.Train.Tests;

public sealed class DecoderTrainerTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void Step_SameBatchTwice_LowersTheLoss()
    {
        var trainer = Trainer();
        using var scope = torch.NewDisposeScope();
        var batch = trainer.Draw();

        var before = trainer.Step(batch);
        var after = trainer.Step(batch);

        Assert.True(after < before, $"{before} before, {after} after");
    }

    [Fact]
    public void Resume_Checkpoint_GoesOnAsIfNothingHadHappened()
    {
        var whole = Trainer();
        using var scope = torch.NewDisposeScope();
        whole.Step(whole.Draw());
        whole.Save();
        var resumed = Trainer();
        resumed.Resume();

        Assert.Equal(whole.Step(whole.Draw()), resumed.Step(resumed.Draw()));
    }

    private DecoderTrainer Trainer()
    {
        var repository = SharedFolder.Repository;
        var tokenizer = WordPiece.Load(Path.Combine(repository, "tools/train/vocabulary.txt"));
        var labels = new LabelWords(tokenizer, File.ReadAllLines(Path.Combine(repository, "tools/train/label-words.txt")));
        torch.manual_seed(1);
        var shape = new DecoderShape(tokenizer.Tokens.Count, Meaning: 8, Code: 8, FeedForward: 16, [[0.6f, 0], [0, 0]]);
        var options = new DecoderOptions(new(["--tokens-per-step", "256", "--kernel-heads", "1.0"]));
        return new(Corpus.Load(Data(), tokenizer), new TinyDecoder(shape, vectors: null), labels, DecoderCommand.Content(tokenizer), options, Path.Combine(folder.Path, "decoder.safetensors"));
    }

    /// <summary>Two classes a task, in rows that no evaluation row repeats.</summary>
    private string Data()
    {
        foreach (var task in Corpus.TrainedTasks.Concat(Corpus.UnseenTasks))
        {
            folder.Write($"{task}/train.jsonl", Rows("train", 20));
            folder.Write($"{task}/validation.jsonl", Rows("validation", 2));
            folder.Write($"{task}/test.jsonl", Rows("test", 2));

            string Rows(string split, int count) => string.Join('\n', Enumerable.Range(0, count).Select(row =>
                JsonSerializer.Serialize(new { text = $"{task} {split} number {row} is {(row % 2 == 0 ? "a good film" : "a bad meal")} of its own kind {row * 7}", label = row % 2 })));
        }

        return folder.Path;
    }
}
