using MoE.Compute.Data;
using MoE.Compute.Data.Generators;
using Xunit;
using Streams = MoE.Compute.Data.Generators.Generators;

namespace MoE.Compute.Tests.Data.Generators;

public class ConceptTests
{
    private const int Rows = 8000;

    [Fact]
    public void Sea_without_noise_is_its_four_thresholds()
    {
        var sea = new Sea(1, DriftSchedule.Even(4, Rows), noise: 0);
        double[] thresholds = [8, 9, 7, 9.5];
        ForEach(sea, (row, x, y) =>
        {
            Assert.All(x, v => Assert.InRange(v, 0, 10));
            if (Math.Abs(x[0] + x[1] - thresholds[row / 2000]) > 1e-5)
                Assert.Equal(x[0] + x[1] <= thresholds[row / 2000] ? 0 : 1, y);
        });
    }

    [Fact]
    public void Recurring_sea_comes_back_to_its_first_threshold_in_the_last_third()
    {
        using var source = Streams.Create("sea-recurring", new() { Rows = 9000 });
        var rows = source.Read(12_000)!;
        double[] thresholds = [7, 12, 7, 7];
        var right = new int[4];
        for (var row = 0; row < rows.Rows; row++)
        {
            var isSecond = rows.Values[3 * row] + rows.Values[3 * row + 1] > thresholds[row / 3000];
            // classes are numbered as they appear
            right[row / 3000] += isSecond == (rows.Targets[row] == Second(rows)) ? 1 : 0;
        }
        Assert.All(right, count => Assert.InRange(count / 3000.0, 0.88, 0.92));
    }

    [Fact]
    public void Sea_turns_over_one_class_in_ten()
    {
        var wrong = 0;
        ForEach(new Sea(1, DriftSchedule.None), (_, x, y) => wrong += (x[0] + x[1] <= 8 ? 0 : 1) != y ? 1 : 0);
        Assert.InRange(wrong / (double)Rows, 0.09, 0.11);
    }

    [Fact]
    public void A_gradual_change_is_half_done_at_its_position_and_done_a_width_later()
    {
        var sea = new Sea(1, DriftSchedule.Even(2, Rows, width: 1000), noise: 0);
        List<(int Row, bool IsSecond)> told = [];
        ForEach(sea, (row, x, y) =>
        {
            if (x[0] + x[1] is > 8.01f and < 8.99f)
                told.Add((row, y == 0));
        });
        Assert.InRange(ShareOfSecond(0, 3000), 0, 0.02);
        Assert.InRange(ShareOfSecond(3750, 4250), 0.3, 0.7);
        Assert.InRange(ShareOfSecond(5000, Rows), 0.98, 1);

        double ShareOfSecond(int from, int to) =>
            told.Where(t => t.Row >= from && t.Row < to).Average(t => t.IsSecond ? 1.0 : 0);
    }

    [Fact]
    public void Sine_is_its_curves_and_they_are_turned_over()
    {
        var sine = new Sine(1, DriftSchedule.Even(4, Rows));
        ForEach(sine, (row, x, y) =>
        {
            var curve = row < 4000 ? Math.Sin(x[0]) : 0.5 + 0.3 * Math.Sin(3 * Math.PI * x[0]);
            if (Math.Abs(x[1] - curve) > 1e-5)
                Assert.Equal(x[1] < curve == (row / 2000 % 2 == 0) ? 0 : 1, y);
        });
    }

    [Fact]
    public void Led_without_noise_shows_the_digit_on_its_segments_which_swap_places()
    {
        string[] digits =
        [
            "1110111", "0010010", "1011101", "1011011", "0111010",
            "1101011", "1101111", "1010010", "1111111", "1111011",
        ];
        int[] swapped = [1, 3, 5, 7];
        ForEach(new Led(1, DriftSchedule.Even(4, Rows), noise: 0), (row, x, y) =>
        {
            var shown = Enumerable.Range(0, 7).Select(i => x[i < swapped[row / 2000] ? i + 7 : i] > 0 ? '1' : '0');
            Assert.Equal(digits[y], string.Concat(shown));
        });
    }

    [Fact]
    public void Led_segments_are_wrong_one_time_in_ten_and_the_rest_is_chance()
    {
        var (right, chance) = (0, 0);
        ForEach(new Led(1, DriftSchedule.None), (_, x, y) =>
        {
            right += x[2] > 0 == (y is not (5 or 6)) ? 1 : 0;
            chance += x[20] > 0 ? 1 : 0;
        });
        Assert.InRange(right / (double)Rows, 0.88, 0.92);
        Assert.InRange(chance / (double)Rows, 0.48, 0.52);
    }

    [Fact]
    public void Agrawal_without_blur_follows_the_first_three_functions()
    {
        ForEach(new Agrawal(1, DriftSchedule.Even(4, Rows), blur: 0), (row, x, y) =>
        {
            var (salary, age, level) = (x[0], x[2], x[3]);
            Assert.Equal(salary >= 75_000, x[1] == 0);
            Assert.InRange(age, 20, 80);
            var lowest = age < 40 ? 50_000 : age < 60 ? 75_000 : 25_000;
            bool? isGroupA = (row / 2000) switch
            {
                0 => age is < 40 or >= 60,
                1 => salary >= lowest && salary <= lowest + 50_000,
                2 => age < 40 ? level < 2 : age < 60 ? level is >= 1 and <= 3 : level >= 2,
                _ => null,
            };
            Assert.True(isGroupA is null || isGroupA == (y == 0));
        });
    }

    [Fact]
    public void Hyperplane_splits_the_cube_into_halves()
    {
        var second = 0;
        ForEach(new Hyperplane(1), (_, x, y) =>
        {
            Assert.All(x, v => Assert.InRange(v, 0, 1));
            second += y;
        });
        Assert.InRange(second / (double)Rows, 0.45, 0.55);
    }

    [Fact]
    public void Rbf_clouds_stay_near_the_cube_and_faster_ones_end_elsewhere()
    {
        double[] Mean(double speed)
        {
            var sum = new double[10];
            ForEach(new RandomRbf(7, speed), (row, x, _) =>
            {
                for (var i = 0; row >= Rows / 2 && i < 10; i++)
                    sum[i] += x[i] / (Rows / 2.0);
            });
            return sum;
        }

        var (still, slow, fast) = (Mean(0), Mean(0.0001), Mean(0.001));
        Assert.All(fast, m => Assert.InRange(m, 0, 1));
        Assert.True(Distance(still, slow) > 0.05);
        Assert.True(Distance(still, fast) > 0.05);
        Assert.True(Distance(slow, fast) > 0.05);
    }

    private static int Second(RowBatch rows) =>
        rows.NewTerms.Where(t => t.Column == Term.Class).ToList().FindIndex(t => t.Text == "groupB");

    private static double Distance(double[] a, double[] b) => Math.Sqrt(a.Zip(b, (p, q) => (p - q) * (p - q)).Sum());

    private static void ForEach(IRowGenerator generator, Action<int, float[], int> see)
    {
        for (var row = 0; row < Rows; row++)
        {
            var features = new float[generator.Schema.Features.Count];
            var target = generator.Draw(features);
            see(row, features, target);
        }
    }
}
