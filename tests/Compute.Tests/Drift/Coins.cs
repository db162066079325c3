using MoE.Compute.Data.Generators;
using MoE.Compute.Drift;

namespace MoE.Compute.Tests.Drift;

/// <summary>Losses that are 1 with a probability which may change, and what a detector says to them.</summary>
internal static class Coins
{
    /// <summary>As many values of each probability, one stretch after the other.</summary>
    public static IEnumerable<double> Stretches(long seed, params (int Values, double Probability)[] stretches)
    {
        var random = new Randomness(seed, 0);
        foreach (var (values, probability) in stretches)
        {
            for (var i = 0; i < values; i++)
                yield return random.NextIs(probability) ? 1 : 0;
        }
    }

    /// <summary>All changes that are confirmed, after how many values, and how long ago they are said to be.</summary>
    public static List<(Change Change, int After, long Length)> Alarms(
        IDriftDetector detector, IEnumerable<double> values)
    {
        List<(Change, int, long)> alarms = [];
        foreach (var (i, value) in values.Index())
        {
            if (detector.Add(value) is not Change.None and var change)
                alarms.Add((change, i + 1, detector.RegimeLength));
        }
        return alarms;
    }
}
