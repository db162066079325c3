using System.CommandLine;
using System.Globalization;
using MoE.Actors;
using MoE.Actors.Configuration;
using MoE.Actors.Inspection;

namespace MoE.Host.Commands.Stored;

/// <summary>The verb <c>export</c>.</summary>
internal static class ExportCommand
{
    /// <summary>The verb with its options, its help and what it does.</summary>
    public static Verb Create()
    {
        var options = new FileOptions(
            "Model file to write; an existing one is replaced.", "Folder of the model.");
        var verb = new Verb("export",
            "Writes a stored model, as of the last event of its log, into one file.",
            "moe export my-model.moe --data-dir my-model")
        {
            Needs = "a file to write the model to",
            Takes = "one file",
        };
        return options.Complete(verb, RunAsync);
    }

    private static async Task<int> RunAsync(string path, MoeSettings settings, CancellationToken cancel)
    {
        var file = OutputArgument.At(path);
        var stored = await ModelStore.ReadAsync(settings.Durability, cancel);
        foreach (var damage in stored.Damages)
            Warn(damage);
        var latest = LatestModel.Of(stored, settings.Mixture.Growth) ?? throw new ModelException(
            stored.Checkpoints.Count == 0
                ? $"{stored.Place} has no checkpoint, and its log is damaged; nothing was written."
                : $"{stored.Place} has no intact checkpoint; nothing was written.");
        var model = latest.Model;
        model.Write(file.Path);
        var batch = model.Progress.LastBatch;
        if (latest.Left is { } left)
            Warn(string.Create(
                CultureInfo.InvariantCulture, $"{left}; {path} holds the model after batch {batch:N0}."));
        var told = file.IsStandardOutput ? Console.Error : Console.Out;      // nothing may follow a model on its way
        told.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{path}: model after batch {batch:N0}")
            + $"{Changes(model.Progress.Changes.Count)}, fingerprint {model.Fingerprint()}");
        return ExitCode.Done;
    }

    private static string Changes(int count) => count switch
    {
        0 => "",
        1 => " and 1 change of the pool",
        _ => string.Create(CultureInfo.InvariantCulture, $" and {count:N0} changes of the pool"),
    };

    private static void Warn(string what) => Console.Error.WriteLine($"moe: warning: {what}");
}

/// <summary>The argument and the options of <c>moe export</c> and <c>moe import</c>.</summary>
internal sealed class FileOptions(string file, string dataDirectory)
{
    private readonly SettingsOptions _settings = new(dataDirectory);

    public Argument<string> File { get; } = new("FILE") { Description = file };

    /// <summary>Gives these options to a verb, and what it does with the file and the store.</summary>
    public Verb Complete(Verb verb, Func<string, MoeSettings, CancellationToken, Task<int>> run)
    {
        verb.Add(File, _settings.All);
        verb.SetAction((line, cancel) => run(line.GetRequiredValue(File), _settings.WithStore(line), cancel));
        return verb;
    }
}
