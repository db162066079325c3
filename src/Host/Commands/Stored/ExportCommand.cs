using System.Globalization;
using MoE.Actors;
using MoE.Actors.Inspection;

namespace MoE.Host.Commands.Stored;

/// <summary>The verb <c>export</c>.</summary>
internal static class ExportCommand
{
    /// <summary>The verb with its options, its help and what it does.</summary>
    public static Verb Create()
    {
        var options = new FileOptions(
            "The model file to write; one of that name is replaced.", "Where the model is stored.");
        var verb = new Verb("export",
            "Writes the newest checkpoint of a stored model that is whole into one file.",
            "moe export my-model.moe --data-dir my-model")
        {
            Needs = "a file: where to write the model to",
            Takes = "one file",
        };
        return options.Complete(verb, RunAsync);
    }

    private static async Task<int> RunAsync(string path, DurabilityOptions durability, CancellationToken cancel)
    {
        var file = OutputArgument.At(path);
        var stored = await ModelStore.ReadAsync(durability, cancel);
        foreach (var damage in stored.Damages)
            Warn(damage);
        var model = stored.NewestWhole ?? throw new ModelException(stored.Checkpoints.Count == 0
            ? $"{stored.Place} has no checkpoint yet; go on with the model, which makes one at its end."
            : $"{stored.Place} has no checkpoint that is whole; nothing was written.");
        model.Write(file.Path);
        var batch = model.Standing.LastBatch;
        if (stored.LastBatch > batch)
            Warn(string.Create(CultureInfo.InvariantCulture,
                $"the log goes on to batch {stored.LastBatch:N0}; what is behind batch {batch:N0} is not in {path}."));
        var told = file.IsStandardOutput ? Console.Error : Console.Out;      // nothing may follow a model on its way
        told.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"{path}: the model after batch {batch:N0}, fingerprint {model.Fingerprint()}"));
        return ExitCode.Done;
    }

    private static void Warn(string what) => Console.Error.WriteLine($"moe: warning: {what}");
}
