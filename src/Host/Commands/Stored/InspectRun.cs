using MoE.Actors.Inspection;
using MoE.Compute.ModelFiles;
using MoE.Host.Terminal.Inspection;

namespace MoE.Host.Commands.Stored;

/// <summary>One run of <c>moe inspect</c>.</summary>
internal sealed class InspectRun(InspectRequest request, TextWriter output)
{
    /// <summary>Inspects, and returns the exit code: whether everything is intact, and verified if requested.</summary>
    public async Task<int> RunAsync(CancellationToken cancel)
    {
        var (picture, verification) = await LookAsync(cancel);
        IEnumerable<string> lines = request.Json
            ? [ModelJson.Write(picture, verification)]
            : ModelText.Write(picture, verification);
        foreach (var line in lines)
            output.WriteLine(line);
        return picture.Damages.Count == 0 && verification?.Holds != false ? ExitCode.Done : ExitCode.BadData;
    }

    private async Task<(ModelDescription Model, Verification? Verification)> LookAsync(CancellationToken cancel)
    {
        if (request.File is { } file)
            return (ModelDescription.Of(ModelFile.Read(file)), null);
        var stored = await ModelStore.ReadAsync(request.Durability, cancel);
        var verification = request.Verify is { } verify ? Verification.Of(stored, verify.Device) : null;
        return (ModelDescription.Of(stored), verification);
    }
}
