using Npgsql;

namespace MoE.Actors.Storage.Postgres;

/// <summary>Which models a database holds, and the deletion of one.</summary>
internal static class PostgresModels
{
    private const string HasTables =
        "SELECT to_regclass('moe_journal') IS NOT NULL AND to_regclass('moe_snapshot') IS NOT NULL";

    private const string Logs = "SELECT DISTINCT persistence_id FROM moe_journal ORDER BY persistence_id";

    private const string Images =
        "SELECT DISTINCT persistence_id FROM moe_snapshot WHERE starts_with(persistence_id, $1)";

    /// <summary>The names of the models that have a log, sorted.</summary>
    /// <exception cref="ModelException">The database cannot be read.</exception>
    public static Task<IReadOnlyList<string>> ListAsync(PostgresAddress address, CancellationToken cancel) =>
        OverAsync(address, connection => ListAsync(connection, cancel), cancel);

    /// <summary>Takes a model, deletes its images and then its log, and lets it go.</summary>
    /// <exception cref="ModelException">It is in use, or cannot be deleted.</exception>
    public static Task DeleteAsync(PostgresAddress address, CancellationToken cancel) => OverAsync(
        address,
        async connection =>
        {
            if (!await HasTablesAsync(connection, cancel))
                return false;
            await using var held = await TakeAsync(address, cancel);
            var models = await ListAsync(connection, cancel);
            var images = await IdsAsync(connection, Images, [ImageOwners.PrefixOf(address.Model)], cancel);
            await using var transaction = await connection.BeginTransactionAsync(cancel);
            await ExecuteAsync(connection, "DELETE FROM moe_snapshot WHERE persistence_id = ANY($1)",
                ImageOwners.Deletable(address.Model, images, models).ToArray(), cancel);
            await ExecuteAsync(connection, "DELETE FROM moe_journal WHERE persistence_id = $1",
                StorageIds.Log(address.Model), cancel);
            await transaction.CommitAsync(cancel);
            return true;
        },
        cancel);

    private static async Task<T> OverAsync<T>(
        PostgresAddress address, Func<NpgsqlConnection, Task<T>> ask, CancellationToken cancel)
    {
        try
        {
            await using var connection = await OpenAsync(address, cancel);
            return await ask(connection);
        }
        catch (Exception e) when (PostgresModelStore.IsOfServer(e))
        {
            throw address.Refusal(e);
        }
    }

    private static async Task<ModelLock> TakeAsync(PostgresAddress address, CancellationToken cancel)
    {
        var connection = await OpenAsync(address, cancel);
        try
        {
            return await ModelLock.TakeAsync(connection, address, cancel);
        }
        catch
        {
            await connection.DisposeAsync();
            throw;
        }
    }

    private static async Task<NpgsqlConnection> OpenAsync(PostgresAddress address, CancellationToken cancel)
    {
        var connection = new NpgsqlConnection(address.Lock);
        try
        {
            await connection.OpenAsync(cancel);
            return connection;
        }
        catch
        {
            await connection.DisposeAsync();
            throw;
        }
    }

    private static async Task<IReadOnlyList<string>> ListAsync(NpgsqlConnection connection, CancellationToken cancel) =>
        await HasTablesAsync(connection, cancel)
            ? [.. (await IdsAsync(connection, Logs, [], cancel)).Select(ImageOwners.OfLog).OfType<string>()
                .Order(StringComparer.Ordinal)]
            : [];

    private static async Task<bool> HasTablesAsync(NpgsqlConnection connection, CancellationToken cancel)
    {
        await using var command = new NpgsqlCommand(HasTables, connection);
        return await command.ExecuteScalarAsync(cancel) is true;
    }

    private static async Task<List<string>> IdsAsync(
        NpgsqlConnection connection, string query, object[] values, CancellationToken cancel)
    {
        await using var command = new NpgsqlCommand(query, connection);
        foreach (var value in values)
            command.Parameters.Add(new() { Value = value });
        await using var rows = await command.ExecuteReaderAsync(cancel);
        List<string> ids = [];
        while (await rows.ReadAsync(cancel))
            ids.Add(rows.GetString(0));
        return ids;
    }

    private static async Task ExecuteAsync(
        NpgsqlConnection connection, string statement, object value, CancellationToken cancel)
    {
        await using var command = new NpgsqlCommand(statement, connection);
        command.Parameters.Add(new() { Value = value });
        await command.ExecuteNonQueryAsync(cancel);
    }
}
