using IclMesh.Gateway.V1;

namespace IclMesh.EndToEnd.Tests;

/// <summary>A small task.</summary>
internal static class Reviews
{
    public const string Collection = "reviews";

    private static readonly (string Text, string Label)[] Rows =
    [
        ("a dull and lifeless film", "Negative"),
        ("a warm and funny film", "Positive"),
        ("boring from start to finish", "Negative"),
        ("beautifully acted and deeply moving", "Positive"),
        ("the script is a mess", "Negative"),
        ("one of the best films of the year", "Positive"),
    ];

    public static PredictRequest Request(string text) => new()
    {
        Collection = Collection,
        Input = text,
        Labels = { new Label { Name = "Negative" }, new Label { Name = "Positive" } },
        Model = Models.Language,
        Encoder = Models.Encoder,
        Selection = new() { K = 4 },
    };

    public static Task ImportAsync(GatewayService.GatewayServiceClient gateway) =>
        ImportAsync(gateway, Rows.Select(row => new NewDemonstration { Text = row.Text, Label = row.Label }));

    public static async Task ImportAsync(GatewayService.GatewayServiceClient gateway, IEnumerable<NewDemonstration> rows)
    {
        using var import = gateway.ImportDemonstrations(cancellationToken: TestContext.Current.CancellationToken);
        var batch = new ImportDemonstrationsRequest
        {
            Collection = Collection,
            Encoder = Models.Encoder,
            Demonstrations = { rows },
        };
        await import.RequestStream.WriteAsync(batch, TestContext.Current.CancellationToken);
        Assert.True(await import.ResponseStream.MoveNext(TestContext.Current.CancellationToken));
        Assert.All(import.ResponseStream.Current.Results, result => Assert.Null(result.Error));
        await import.RequestStream.CompleteAsync();
    }
}
