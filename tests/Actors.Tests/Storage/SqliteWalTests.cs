using CsCheck;
using Microsoft.Data.Sqlite;
using MoE.Actors.Storage;
using Xunit;

namespace MoE.Actors.Tests.Storage;

public sealed class SqliteWalTests : IDisposable
{
    private const int Transactions = 40;

    private readonly TestFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    private string Database => Path.Combine(_folder.Path, "a.db");

    [Fact]
    public void A_log_as_a_kill_leaves_it_is_whole_wherever_it_ends()
    {
        var wal = Write();
        Assert.Null(SqliteWal.DamagedAt(Database));
        Gen.Int[0, wal.Length].Sample(length =>
        {
            File.WriteAllBytes(Database + "-wal", wal[..length]);
            Assert.Null(SqliteWal.DamagedAt(Database));
        }, iter: 50, threads: 1);
    }

    [Fact]
    public void Every_changed_bit_before_the_last_two_transactions_is_found()
    {
        var wal = Write();
        var frame = 24 + 4096;
        var last = wal.Length - (6 * frame);                 // a transaction here has two frames, or three
        Gen.Select(Gen.Int[0, last - 1], Gen.Int[0, 7]).Sample((at, bit) =>
        {
            wal[at] ^= (byte)(1 << bit);
            File.WriteAllBytes(Database + "-wal", wal);
            wal[at] ^= (byte)(1 << bit);
            var expected = at < 32 ? 0 : at - ((at - 32) % frame);
            Assert.Equal(expected, SqliteWal.DamagedAt(Database));
        }, iter: 100, threads: 1);
    }

    [Fact]
    public void A_database_without_a_log_is_whole() => Assert.Null(SqliteWal.DamagedAt(Database));

    /// <summary>The log of some transactions, as it is while the database is open.</summary>
    private byte[] Write()
    {
        using var connection = new SqliteConnection($"Data Source={Database};Pooling=False");
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = "PRAGMA journal_mode=WAL; PRAGMA wal_autocheckpoint=0; CREATE TABLE t(x);";
        command.ExecuteNonQuery();
        command.CommandText = "INSERT INTO t VALUES (randomblob(3000))";
        for (var i = 0; i < Transactions; i++)
            command.ExecuteNonQuery();
        var wal = File.ReadAllBytes(Database + "-wal");
        connection.Close();
        File.WriteAllBytes(Database + "-wal", wal);
        return wal;
    }
}
