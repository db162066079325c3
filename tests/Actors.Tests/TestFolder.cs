using Microsoft.Data.Sqlite;
using Xunit;

namespace MoE.Actors.Tests;

/// <summary>A folder that is gone after the test.</summary>
internal sealed class TestFolder : IDisposable
{
    public string Path { get; } = Directory.CreateTempSubdirectory("moe-").FullName;

    /// <summary>Copies the databases and the mark as they are, as a kill would leave them.</summary>
    public void CopyTo(TestFolder other)
    {
        foreach (var file in Directory.GetFiles(Path, "*.db*").Concat(Directory.GetFiles(Path, "*.acknowledged")))
            File.Copy(file, System.IO.Path.Combine(other.Path, System.IO.Path.GetFileName(file)));
    }

    /// <summary>Changes a stored database.</summary>
    public async Task ExecuteAsync(string file, string command)
    {
        await using var connection = await OpenAsync(file);
        await using var change = connection.CreateCommand();
        change.CommandText = command;
        Assert.NotEqual(0, await change.ExecuteNonQueryAsync());
    }

    /// <summary>Asks a stored database for a number.</summary>
    public async Task<long> NumberAsync(string file, string query)
    {
        await using var connection = await OpenAsync(file);
        await using var command = connection.CreateCommand();
        command.CommandText = query;
        return (long)(await command.ExecuteScalarAsync())!;
    }

    private async Task<SqliteConnection> OpenAsync(string file)
    {
        var connection = new SqliteConnection($"Data Source={System.IO.Path.Combine(Path, file)};Pooling=False");
        await connection.OpenAsync();
        return connection;
    }

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
