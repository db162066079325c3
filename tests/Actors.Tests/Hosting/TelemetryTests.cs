using System.Collections.Concurrent;
using System.Diagnostics;
using System.Diagnostics.Metrics;
using System.Text.RegularExpressions;
using MoE.Actors.Telemetry;
using MoE.Compute.Data;
using MoE.Compute.Rosters;
using Xunit;

namespace MoE.Actors.Tests.Hosting;

public sealed class TelemetryTests
{
    [Fact]
    public async Task Rows_and_checkpoints_of_a_model_are_measured()
    {
        var model = $"measured-{Guid.NewGuid():N}";
        var (counted, activities) = (new ConcurrentDictionary<string, double>(), new ConcurrentDictionary<string, int>());
        using var meters = Listen(model, counted);
        using var listener = Trace(model, activities);
        using var folder = new TestFolder();
        await using (var node = await TestNode.StartAsync(new DurabilityOptions { DataDirectory = folder.Path }))
        {
            var mixture = await node.Catalog.CreateAsync(
                model, new SeededRows(0).Schema, Models.Options, CancellationToken.None);
            using var rows = new SeededRows(500);
            await mixture.LearnAsync(rows, _ => { }, CancellationToken.None);
            await mixture.ChangeAsync(new FreezeExpert("fern"), CancellationToken.None);
            using var more = new SeededRows(100, seed: 2);
            await mixture.PredictAsync(more.Read(16)!, CancellationToken.None);
            meters.RecordObservableInstruments();
        }
        Assert.Equal(495, counted["moe.rows.learned"]);
        Assert.Equal(5, counted["moe.rows.refused"]);
        Assert.Equal(16, counted["moe.rows.predicted"]);
        Assert.Equal(9, counted["moe.experts"]);
        Assert.Equal(9, counted["moe.expert.restores"]);
        Assert.True(counted["moe.batch.duration"] > 0);
        Assert.True(counted["moe.checkpoint.duration"] > 0);
        Assert.Equal(1, activities["moe.recovery"]);
        Assert.NotEqual(0, activities["moe.checkpoint"]);
        Assert.Equal(1, activities["moe.pool.change"]);
        Assert.Equal(1, activities["moe.predictor.copy"]);
    }

    [Fact]
    public void The_table_of_the_operations_page_has_every_instrument_and_activity()
    {
        var text = File.ReadAllText(Path.Combine(Root(), "docs", "operations.md"));
        var table = Regex.Matches(text, @"^\| `(moe\.[a-z.]+)` \|", RegexOptions.Multiline).Select(m => m.Groups[1].Value);
        Assert.Equal(
            Instruments.All.Select(i => i.Name).Concat(Instruments.ActivityNames).Order(StringComparer.Ordinal),
            table.Order(StringComparer.Ordinal));
    }

    private static MeterListener Listen(string model, ConcurrentDictionary<string, double> counted)
    {
        var listener = new MeterListener
        {
            InstrumentPublished = (instrument, listener) =>
            {
                if (instrument.Meter.Name == Instruments.Name)
                    listener.EnableMeasurementEvents(instrument);
            },
        };
        listener.SetMeasurementEventCallback<long>((instrument, value, tags, _) => Add(instrument, value, tags));
        listener.SetMeasurementEventCallback<double>((instrument, value, tags, _) => Add(instrument, value, tags));
        listener.Start();
        return listener;

        void Add(Instrument instrument, double value, ReadOnlySpan<KeyValuePair<string, object?>> tags)
        {
            foreach (var tag in tags)
                if (tag.Key == Instruments.Model && model.Equals(tag.Value))
                    counted.AddOrUpdate(instrument.Name, value, (_, sum) => sum + value);
        }
    }

    private static ActivityListener Trace(string model, ConcurrentDictionary<string, int> activities)
    {
        var listener = new ActivityListener
        {
            ShouldListenTo = source => source.Name == Instruments.Name,
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllData,
            ActivityStopped = activity =>
            {
                if (model.Equals(activity.GetTagItem(Instruments.Model)))
                    activities.AddOrUpdate(activity.OperationName, 1, (_, count) => count + 1);
            },
        };
        ActivitySource.AddActivityListener(listener);
        return listener;
    }

    private static string Root()
    {
        var folder = AppContext.BaseDirectory;
        while (!File.Exists(Path.Combine(folder, "MoE.Actors.sln")))
            folder = Path.GetDirectoryName(folder)!;
        return folder;
    }
}
