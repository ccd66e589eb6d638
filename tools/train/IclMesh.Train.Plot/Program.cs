using System.Text.Json;
using ScottPlot;

if (args.Length != 2)
{
    Console.Error.WriteLine("usage: plot CURVE.jsonl OUTPUT.png");
    return 2;
}

var lines = File.ReadLines(args[0]).Select(line => JsonSerializer.Deserialize<JsonElement>(line)).ToList();
double State(JsonElement line, string name) => line.GetProperty("state").GetProperty(name).GetDouble();
var tokens = lines.Select(l => State(l, "Tokens") / 1e6).ToArray();

var figure = new Multiplot();
figure.AddPlots(2);
var (top, bottom) = (figure.GetPlot(0), figure.GetPlot(1));
top.Title("Training of iclmesh-tiny");
top.YLabel("loss (nats)");
Line(top, "label loss", "Loss");
Line(top, "true-class loss", "ClassLoss");
Line(top, "kernel loss", "KernelLoss");
bottom.XLabel("tokens (millions)");
bottom.YLabel("accuracy");
Line(bottom, "labels seen, synthetic (train)", "SeenSynthetic");
Line(bottom, "labels seen, real (train)", "SeenReal");
Line(bottom, "level of difficulty", "Level");
foreach (var task in lines.SelectMany(l => l.GetProperty("development").EnumerateObject()).Select(p => p.Name).Distinct())
{
    var measured = lines.Select((l, i) => (Line: l, X: tokens[i])).Where(x => x.Line.GetProperty("development").TryGetProperty(task, out _)).ToList();
    var scatter = bottom.Add.Scatter(measured.Select(m => m.X).ToArray(), measured.Select(m => m.Line.GetProperty("development").GetProperty(task).GetDouble()).ToArray());
    scatter.LegendText = task + ", k=16 (development)";
}
foreach (var plot in (Plot[])[top, bottom])
    plot.ShowLegend(Edge.Right);
figure.SavePng(args[1], 1100, 900);
return 0;

void Line(Plot plot, string label, string name)
{
    // A run that was continued may record more than its first part did.
    var known = lines.Index().Where(l => l.Item.GetProperty("state").TryGetProperty(name, out _)).ToList();
    var line = plot.Add.ScatterLine(known.Select(l => tokens[l.Index]).ToArray(), known.Select(l => State(l.Item, name)).ToArray());
    line.LegendText = label;
    line.LineWidth = 2;
}
