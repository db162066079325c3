using System.Globalization;
using MoE.Actors;
using MoE.Actors.Configuration;
using MoE.Compute.Rosters;
using MoE.Host.Terminal.Pool;

namespace MoE.Host.Commands.Experts;

/// <summary>A verb that changes the pool of a stored model.</summary>
internal static class ChangeCommand
{
    /// <summary>The verb with its options, its help and what it does.</summary>
    /// <param name="name">The verb.</param>
    /// <param name="help">What it does, in one sentence.</param>
    /// <param name="example">An example without the store.</param>
    public static Verb Create(string name, string help, string example)
    {
        var options = new ChangeOptions(name);
        var settings = new SettingsOptions("Folder of the model.");
        var verb = new Verb(name, help, $"moe experts {example} --data-dir my-model")
        {
            Needs = "an expert",
            Takes = "one expert",
        };
        verb.Add(options.Words, [.. options.All, .. settings.All]);
        verb.SetAction((line, cancel) => RunAsync(options.Read(line), settings.WithStore(line), cancel));
        return verb;
    }

    private static async Task<int> RunAsync(
        RosterCommand command, MoeSettings settings, CancellationToken cancel)
    {
        await using var mixture = await LocalMixture.OpenAsync(
            settings.Durability, settings.Mixture.Growth, settings.Compute, cancel);
        var change = await mixture.ChangeAsync(command, cancel);
        var roster = (await mixture.ReportAsync()).Roster;
        Console.Out.WriteLine(change is null
            ? $"nothing to do: '{RosterText.Of(command)}' is already in effect"
            : PlacedChange.Describe(change, roster.ParentIdOf(change.Member))
                + string.Create(CultureInfo.InvariantCulture, $" from batch {change.From:N0} on"));
        return ExitCode.Done;
    }
}
