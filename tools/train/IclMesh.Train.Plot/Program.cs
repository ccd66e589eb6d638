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
Line(top, "label loss", l => State(l, "Loss"));
Line(top, "true-class loss", l => State(l, "ClassLoss"));
Line(top, "kernel loss", l => State(l, "KernelLoss"));
bottom.XLabel("tokens (millions)");
bottom.YLabel("accuracy");
Line(bottom, "labels seen, synthetic (train)", l => State(l, "SeenSynthetic"));
Line(bottom, "labels seen, real (train)", l => State(l, "SeenReal"));
Line(bottom, "level of difficulty", l => State(l, "Level"));
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

void Line(Plot plot, string name, Func<JsonElement, double> value)
{
    var line = plot.Add.ScatterLine(tokens, lines.Select(value).ToArray());
    line.LegendText = name;
    line.LineWidth = 2;
}
