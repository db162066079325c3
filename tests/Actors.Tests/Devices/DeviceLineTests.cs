using MoE.Compute.Experts;
using MoE.Compute.Gpu;
using Xunit;

namespace MoE.Actors.Tests.Devices;

/// <summary>What a user reads on standard error when a device does not compute any more.</summary>
public sealed class DeviceLineTests(TestDevice device) : IClassFixture<TestDevice>
{
    private const string Bank = "mlp input=z hidden=8";
    private const string Reason = "it burns, in the test of the line";

    [Fact]
    public async Task A_device_that_is_lost_is_told_of_in_one_line() => Assert.Equal(
        [
            $"error: test failed: {Reason}; its experts continue on the CPU from checkpoint 0, and numbers may "
                + "differ from batch 1 on",
        ],
        await LinesAsync(pool => new HookedPool(pool) { OnBegin = () => throw new InvalidOperationException(Reason) }));

    [Fact]
    public async Task A_specification_without_room_on_the_way_is_told_of_in_one_line()
    {
        var isFirst = true;
        var lines = await LinesAsync(pool => new HookedPool(pool) { OnBegin = Refuse });
        Assert.Equal(
            [
                $"warning: test: there is no room for '{Bank}': {Reason}; they continue on the CPU from checkpoint 0, and "
                    + "numbers may differ from batch 1 on",
            ],
            lines);

        void Refuse()
        {
            if (!isFirst)
                return;
            isFirst = false;
            throw new DeviceRoomException(Bank, Reason);
        }
    }

    [Fact]
    public async Task A_specification_without_room_from_the_start_is_told_of_in_one_line() => Assert.Equal(
        [$"warning: test: there is no room for '{Bank}': {Reason}; the CPU computes for its experts"],
        await LinesAsync(pool => new HookedPool(pool)
        {
            OnAdd = spec =>
            {
                if (spec.Text == Bank)
                    throw new DeviceRoomException(Bank, Reason);
            },
        }));

    /// <summary>The lines about the device of a model that learns a few batches.</summary>
    private async Task<IEnumerable<string>> LinesAsync(Func<IDevicePool, IDevicePool> on)
    {
        var (error, lines) = (Console.Error, new StringWriter());
        Console.SetError(TextWriter.Synchronized(lines));
        try
        {
            await using var mixture = await Models.StartAsync(
                device: device.Settings with { Open = schema => on(device.Settings.Open(schema)) });
            await mixture.LearnAsync(new SeededRows(100), _ => { }, CancellationToken.None);
        }
        finally
        {
            Console.SetError(error);
        }
        // tests beside this one may write, too
        return $"{lines}".Split(Environment.NewLine).Where(line => line.Contains(Reason, StringComparison.Ordinal));
    }
}
