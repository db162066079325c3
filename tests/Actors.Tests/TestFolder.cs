namespace MoE.Actors.Tests;

/// <summary>A folder that is gone after the test.</summary>
internal sealed class TestFolder : IDisposable
{
    public string Path { get; } = Directory.CreateTempSubdirectory("moe-").FullName;

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
