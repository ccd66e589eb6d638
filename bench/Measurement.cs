using System.Diagnostics;

namespace IclMesh.Bench;

/// <summary>Repeated times of one piece of work.</summary>
/// <param name="Minimum">Seconds.</param>
/// <param name="Median">Seconds.</param>
/// <param name="Maximum">Seconds.</param>
internal readonly record struct Measurement(double Minimum, double Median, double Maximum)
{
    /// <summary>Warms up, then measures.</summary>
    /// <param name="repetitions">How often to measure.</param>
    /// <param name="work">The work; receives the number of the repetition.</param>
    /// <param name="warmUp">
    /// How long to warm up, at least one repetition. Short work needs it: the runtime compiles a method for speed only after it has been busy with
    /// it for a while, in the background.
    /// </param>
    public static Measurement Of(int repetitions, Action<int> work, TimeSpan warmUp = default)
    {
        var warm = Stopwatch.GetTimestamp();
        for (var i = 0; i == 0 || Stopwatch.GetElapsedTime(warm) < warmUp; i++)
        {
            work(i % repetitions);
        }

        var times = new double[repetitions];
        for (var i = 0; i < repetitions; i++)
        {
            var start = Stopwatch.GetTimestamp();
            work(i);
            times[i] = Stopwatch.GetElapsedTime(start).TotalSeconds;
        }

        return Of(times);
    }

    /// <summary>Summarises times that were measured elsewhere.</summary>
    /// <param name="times">Seconds, at least one.</param>
    public static Measurement Of(double[] times)
    {
        var sorted = times.Order().ToArray();
        return new(sorted[0], sorted[sorted.Length / 2], sorted[^1]);
    }

    /// <inheritdoc/>
    public override string ToString() => $"{Minimum * 1e3:0.000} / {Median * 1e3:0.000} / {Maximum * 1e3:0.000}";
}
