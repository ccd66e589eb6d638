using ScottPlot;

namespace IclMesh.Cli.Reports;

/// <summary>The kinds of figures that reports use.</summary>
internal static class Plots
{
    /// <summary>A map of layers (rows, 0 at the bottom) and heads (columns).</summary>
    public static void HeatMap(Plot plot, double[][] grid, string title)
    {
        var values = new double[grid.Length, grid[0].Length];
        for (var layer = 0; layer < grid.Length; layer++)
        {
            for (var head = 0; head < grid[0].Length; head++)
            {
                values[grid.Length - 1 - layer, head] = grid[layer][head];
            }
        }

        var map = plot.Add.Heatmap(values);
        map.Colormap = new ScottPlot.Colormaps.Viridis();
        plot.Add.ColorBar(map);
        plot.Title(title);
        plot.XLabel("head");
        plot.YLabel("layer");
        plot.Axes.SetLimits(-0.5, grid[0].Length - 0.5, -0.5, grid.Length - 0.5);
    }

    /// <summary>Points with intervals, joined by a line.</summary>
    public static void Curve(Plot plot, string name, IReadOnlyList<(double X, Estimate Y)> points)
    {
        double[] xs = [.. points.Select(point => point.X)];
        double[] ys = [.. points.Select(point => point.Y.Value)];
        var line = plot.Add.Scatter(xs, ys);
        line.LegendText = name;
        Intervals(plot, xs, [.. points.Select(point => point.Y)], line.Color);
    }

    /// <summary>One bar with interval for each name.</summary>
    public static void Bars(Plot plot, IReadOnlyList<(string Name, Estimate Value)> bars)
    {
        for (var i = 0; i < bars.Count; i++)
        {
            plot.Add.Bar(new Bar
            {
                Position = i,
                Value = bars[i].Value.Value,
                FillColor = Colors.SteelBlue,
            });
        }

        Intervals(plot, [.. Enumerable.Range(0, bars.Count).Select(i => (double)i)], [.. bars.Select(bar => bar.Value)], Colors.Gray);
        plot.Axes.Bottom.SetTicks([.. Enumerable.Range(0, bars.Count).Select(i => (double)i)], [.. bars.Select(bar => bar.Name)]);
        plot.Axes.Bottom.TickLabelStyle.Rotation = 30;
        plot.Axes.Bottom.TickLabelStyle.Alignment = Alignment.MiddleLeft;
        plot.Axes.Margins(bottom: 0);
    }

    /// <summary>Share that is right against mean probability; the diagonal is perfect.</summary>
    public static void Reliability(Plot plot, IReadOnlyList<(double Confidence, Estimate Accuracy)> bins)
    {
        var diagonal = plot.Add.Line(0, 0, 1, 1);
        diagonal.LinePattern = LinePattern.Dashed;
        diagonal.Color = Colors.Gray;
        Curve(plot, "", bins);
        plot.XLabel("mean probability of the predicted label");
        plot.YLabel("share that is right");
        plot.Axes.SetLimits(0, 1, 0, 1);
    }

    private static void Intervals(Plot plot, IReadOnlyList<double> xs, IReadOnlyList<Estimate> values, Color color) => plot.Add.Plottable(
        new ScottPlot.Plottables.ErrorBar(
            xs,
            [.. values.Select(value => value.Value)],
            xErrorsNegative: null,
            xErrorsPositive: null,
            yErrorsNegative: [.. values.Select(value => value.Value - value.Low)],
            yErrorsPositive: [.. values.Select(value => value.High - value.Value)])
        {
            Color = color,
        });

    /// <summary>Colours for light and for dark pages.</summary>
    public static void Theme(Plot plot, bool dark)
    {
        var (paper, ink, grid) = dark
            ? (Color.FromHex("#16181d"), Color.FromHex("#d8dbe2"), Color.FromHex("#30343d"))
            : (Colors.White, Color.FromHex("#1f2328"), Color.FromHex("#e3e6ea"));
        plot.FigureBackground.Color = paper;
        plot.DataBackground.Color = paper;
        plot.Axes.Color(ink);
        plot.Grid.MajorLineColor = grid;
        foreach (var bar in plot.Axes.GetPanels().OfType<ScottPlot.Panels.ColorBar>())
        {
            bar.Axis.TickLabelStyle.ForeColor = ink;
            bar.Axis.MajorTickStyle.Color = ink;
            bar.Axis.MinorTickStyle.Color = ink;
            bar.Axis.FrameLineStyle.Color = ink;
        }

        plot.Legend.BackgroundColor = paper;
        plot.Legend.FontColor = ink;
        plot.Legend.OutlineColor = grid;
    }
}
