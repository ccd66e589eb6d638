using System.Globalization;
using IclMesh.Retrieval.V1;

namespace IclMesh.Retrieval.Tests.Durability;

/// <summary>What was sent and what was acknowledged, to compare with what is there afterwards.</summary>
/// <param name="seed">Decides what is written.</param>
internal sealed class WriteLog(int seed)
{
    public const int Dimension = 8;
    private const int BatchRows = 40;

    private readonly Random random = new(seed);
    private readonly Dictionary<string, int> acknowledged = [];
    private Dictionary<string, int> inFlight = [];
    private int nextId;
    private int nextEdition;

    public int Acknowledged => acknowledged.Count;

    /// <summary>A batch of new rows and new editions of old ones.</summary>
    public UpsertDemonstrationsRequest Next()
    {
        inFlight = [];
        while (inFlight.Count < BatchRows)
        {
            var id = nextId > 0 && random.Next(4) == 0 ? random.Next(nextId) : nextId++;
            inFlight[$"r{id:D6}"] = ++nextEdition;
        }

        return new()
        {
            Collection = "demos",
            EmbeddingModel = "m",
            EmbeddingModelVersion = "1",
            Demonstrations = { inFlight.Select(row => Row(row.Key, row.Value)) },
        };
    }

    /// <summary>The last batch was acknowledged.</summary>
    public void Acknowledge()
    {
        foreach (var (id, edition) in inFlight)
        {
            acknowledged[id] = edition;
        }

        inFlight = [];
    }

    /// <summary>Compares with what is stored; the batch that was under way may be there as a whole or not at all.</summary>
    public void Check(IReadOnlyDictionary<string, Demonstration> stored)
    {
        var arrived = inFlight.Count > 0 && inFlight.All(row => Holds(stored, row.Key, row.Value));
        if (arrived)
        {
            Acknowledge();
        }

        Assert.All(acknowledged, row => Assert.True(Holds(stored, row.Key, row.Value), $"acknowledged {row.Key} is lost or old"));
        Assert.Equal(acknowledged.Keys.Order(StringComparer.Ordinal), stored.Keys.Order(StringComparer.Ordinal));
        inFlight = [];
    }

    private static bool Holds(IReadOnlyDictionary<string, Demonstration> stored, string id, int edition) =>
        stored.TryGetValue(id, out var row) && row.Text == Text(edition) && row.Vector == VectorBytes.Write(Vector(edition));

    private static Demonstration Row(string id, int edition) =>
        new() { Id = id, Text = Text(edition), Label = "x", Vector = VectorBytes.Write(Vector(edition)) };

    private static string Text(int edition) => edition.ToString(CultureInfo.InvariantCulture);

    private static float[] Vector(int edition) => [.. Enumerable.Range(0, Dimension).Select(i => (float)Math.Sin(edition + (i * 0.37)))];
}
