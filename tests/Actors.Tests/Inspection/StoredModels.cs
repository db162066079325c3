using Akka.Configuration;
using MoE.Actors.Inspection;
using MoE.Compute.Experts;
using MoE.Compute.ModelFiles;
using MoE.Compute.Rosters;

namespace MoE.Actors.Tests.Inspection;

/// <summary>Data directories to look at.</summary>
internal static class StoredModels
{
    private static readonly Config Quiet = ConfigurationFactory.ParseString("akka.loglevel = OFF");

    public static DurabilityOptions Durable(TestFolder folder) =>
        Models.Memory with { DataDirectory = folder.Path, CheckpointInterval = TimeSpan.FromHours(1) };

    /// <summary>A folder with a checkpoint every ten batches.</summary>
    public static async Task<(TestFolder Folder, string Fingerprint)> WithCheckpointsAsync(int checkpoints)
    {
        var (folder, fingerprint) = (new TestFolder(), "");
        for (var i = 1; i <= checkpoints; i++)
            fingerprint = await GoOnAsync(folder, 10 * i);
        return (folder, fingerprint);
    }

    /// <summary>Learns up to a batch and closes; answers the fingerprint.</summary>
    public static async Task<string> GoOnAsync(
        TestFolder folder, int batches, Func<Member, IExpert>? newExpert = null) =>
        (await Models.LearnAsync(Models.EndOf(batches), Durable(folder), newExpert, Quiet)).Fingerprint;

    public static Task<StoredModel> ReadAsync(TestFolder folder) =>
        ModelStore.ReadAsync(Durable(folder), CancellationToken.None);

    public static Task ImportAsync(ModelFile file, TestFolder folder) =>
        ModelStore.ImportAsync(file, Durable(folder), CancellationToken.None);

    /// <summary>An SQL expression: the blob with its 30th byte changed.</summary>
    public static string Flipped(string column) =>
        $"CAST(substr({column}, 1, 29) || x'5a' || substr({column}, 31) AS BLOB)";

    /// <summary>Changes a byte of the image that an expert or the gate has in a checkpoint.</summary>
    public static Task DamageImageAsync(TestFolder folder, string part, long number) =>
        folder.ExecuteAsync("snapshots.db", $"UPDATE snapshot SET snapshot = {Flipped("snapshot")} "
            + $"WHERE persistence_id = 'model-default-{part}' AND sequence_number = {number}");

    /// <summary>Changes a byte of the event that this picks.</summary>
    public static Task DamageEventAsync(TestFolder folder, string sequenceNumber) =>
        folder.ExecuteAsync("journal.db", $"UPDATE journal SET message = {Flipped("message")} "
            + $"WHERE sequence_number = (SELECT {sequenceNumber} FROM journal WHERE deleted = 0)");
}
