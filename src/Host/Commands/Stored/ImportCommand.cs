using System.Globalization;
using MoE.Actors.Configuration;
using MoE.Actors.Inspection;
using MoE.Compute.ModelFiles;

namespace MoE.Host.Commands.Stored;

/// <summary>The verb <c>import</c>.</summary>
internal static class ImportCommand
{
    /// <summary>The verb with its options, its help and what it does.</summary>
    public static Verb Create()
    {
        var options = new FileOptions(
            "Model file, as written by 'moe export'.", "Folder for the model; it must not hold one yet.");
        var verb = new Verb("import",
            "Stores the model of a model file; 'moe evaluate' continues it.",
            "moe import my-model.moe --data-dir my-copy")
        {
            Needs = "a model file, as written by 'moe export'",
            Takes = "one file",
        };
        return options.Complete(verb, RunAsync);
    }

    private static async Task<int> RunAsync(string path, MoeSettings settings, CancellationToken cancel)
    {
        var model = ModelFile.Read(path);
        var picture = ModelDescription.Of(model);                // refuses a damaged one before anything is made
        await ModelStore.ImportAsync(model, settings.Durability, cancel);
        Console.Out.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"{path}: {picture.Rows:N0} rows learned, stored after batch {picture.Batch:N0}, fingerprint ")
            + picture.Fingerprint);
        return ExitCode.Done;
    }
}
