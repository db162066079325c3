using MoE.Actors.Tests.Inspection;

namespace MoE.Actors.Tests.Losses;

/// <summary>What came of a damaged directory.</summary>
/// <param name="Damage">What was done to it.</param>
/// <param name="Refusal">Why it was not opened; null where it was.</param>
/// <param name="Warnings">What was warned of when it was opened.</param>
/// <param name="Told">What an inspection says is damaged.</param>
/// <param name="IsShort">Whether it was opened with fewer rows than were acknowledged.</param>
/// <param name="Fault">What must not be; null where all is well.</param>
internal sealed record LossEnd(
    string Damage, string? Refusal, IReadOnlyList<string> Warnings, IReadOnlyList<string> Told, bool IsShort,
    string? Fault)
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    public override string ToString() => $"{Fault}: {Damage}; refused: {Refusal}; "
        + $"warned: {string.Join(" | ", Warnings)}; inspect: {string.Join(" | ", Told)}";

    /// <summary>
    /// Looks at a directory, opens it, learns on to the end, and opens it again where something was told.
    /// </summary>
    public static async Task<LossEnd> OfAsync(
        TestFolder folder, KilledDirectory before, string damage, KilledDirectories directories)
    {
        var told = await InspectAsync(folder);
        long offset;
        string atOpening, atTheEnd;
        IReadOnlyList<string> warnings;
        try
        {
            await using var mixture = await StartAsync(folder);
            warnings = await WarningLog.HeardAsync(mixture.System);
            offset = (await Models.SkipAsync(mixture, new SeededRows(0))).Offset;
            atOpening = (await mixture.ReportAsync()).Fingerprint;
            await KilledDirectories.LearnAsync(mixture, KilledDirectories.AllBatches);
            atTheEnd = (await mixture.ReportAsync()).Fingerprint;
        }
        catch (ModelException e)
        {
            return new LossEnd(damage, e.Message, [], told, false,
                told.Count == 0 ? "refused, but inspect finds nothing" : null);
        }
        var isShort = offset < before.Rows;
        var fault = warnings.Count == 0 && isShort ? $"silent: {offset} of {before.Rows} rows"
            : isShort && !warnings.Any(w => w.Contains("lost", StringComparison.Ordinal)) ? "no loss is told"
            : isShort && told.Count == 0 ? "inspect is silent"
            : atOpening != directories.FingerprintAt(offset) ? "other numbers at the opening"
            : atTheEnd != directories.FingerprintAt(Models.EndOf(KilledDirectories.AllBatches)) ? "other numbers at the end"
            : warnings.Count > 0 ? await AgainAsync(folder) : null;
        return new LossEnd(damage, null, warnings, told, isShort, fault);
    }

    private static async Task<string?> AgainAsync(TestFolder folder)
    {
        await using var mixture = await StartAsync(folder);
        return await WarningLog.HeardAsync(mixture.System) is { Count: > 0 } warnings
            ? $"warned again: {string.Join(" | ", warnings)}"
            : null;
    }

    private static Task<LocalMixture> StartAsync(TestFolder folder) =>
        Models.StartAsync(StoredModels.Durable(folder), null, WarningLog.Config).WaitAsync(Patience);

    // In a copy: to look at it takes the write-ahead logs into the files.
    private static async Task<IReadOnlyList<string>> InspectAsync(TestFolder folder)
    {
        using var copy = new TestFolder();
        folder.CopyTo(copy);
        try
        {
            return (await StoredModels.ReadAsync(copy)).Damages;
        }
        catch (ModelException e)
        {
            return [e.Message];
        }
    }
}
