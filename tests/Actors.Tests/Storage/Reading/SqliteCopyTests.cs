using CsCheck;
using Microsoft.Data.Sqlite;
using MoE.Actors.Storage.Reading;
using Xunit;

namespace MoE.Actors.Tests.Storage.Reading;

/// <summary>SQLite is the judge: it opens the same files in a folder where it may write.</summary>
public sealed class SqliteCopyTests
{
    private const string Content = "SELECT count(*) || ':' || coalesce(sum(length(x) * (k + 1)), 0) || ':' "
        + "|| coalesce(group_concat(hex(substr(x, 1, 4)), ','), '') FROM (SELECT k, x FROM t ORDER BY k)";

    /// <summary>Transactions: what each does, and to how many rows.</summary>
    private static readonly Gen<(int What, int Rows)[]> Transactions =
        Gen.Select(Gen.Int[0, 5], Gen.Int[1, 12]).Array[1, 25];

    [Fact]
    public void A_copy_holds_what_SQLite_reads_wherever_the_log_ends_or_is_damaged() =>
        Gen.Select(Transactions, Gen.Double[0, 1], Gen.Int[0, 2]).Sample((transactions, at, damage) =>
        {
            using var folder = new TestFolder();
            var file = Write(folder, transactions);
            Damage(file + "-wal", at, damage);
            using var judge = new TestFolder();
            folder.CopyTo(judge);
            Assert.Equal(Read($"Data Source={Path.Combine(judge.Path, "a.db")};Pooling=False"), ReadCopy(file));
        }, iter: 150, threads: 1);

    [Fact]
    public void A_database_of_other_pages_without_a_log_is_copied_too()
    {
        using var folder = new TestFolder();
        var file = Path.Combine(folder.Path, "a.db");
        Execute(file, "PRAGMA page_size=512", "CREATE TABLE t(k INTEGER PRIMARY KEY, x)",
            "INSERT INTO t(x) VALUES (zeroblob(5000)), (zeroblob(7))");
        Assert.StartsWith("ok\n2:", ReadCopy(file), StringComparison.Ordinal);
    }

    [Fact]
    public void A_file_that_is_missing_or_empty_is_a_database_without_tables()
    {
        using var folder = new TestFolder();
        var file = Path.Combine(folder.Path, "a.db");
        Assert.Equal(0, Tables(file));
        File.WriteAllBytes(file, []);
        Assert.Equal(0, Tables(file));
        Assert.Equal([file], Directory.GetFileSystemEntries(folder.Path));
    }

    [Fact]
    public void A_file_that_is_no_database_is_refused_in_one_line()
    {
        using var folder = new TestFolder();
        var file = Path.Combine(folder.Path, "a.db");
        File.WriteAllText(file, new string('x', 8192));
        var error = Assert.Throws<ModelException>(() => SqliteCopy.Of(file));
        Assert.Matches($"^{file} is damaged: [^\n]+ Restore it from a backup, or start with another data directory.$",
            error.Message);
    }

    private static long Tables(string file)
    {
        using var copy = SqliteCopy.Of(file);
        using var connection = new SqliteConnection(copy.Connection);
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = "SELECT count(*) FROM sqlite_schema";
        return (long)command.ExecuteScalar()!;
    }

    private static string ReadCopy(string file)
    {
        var before = Files(file);
        var content = ReadOrRefuse(file);
        Assert.Equal(before, Files(file));
        return content;
    }

    // What SQLite says at every query of a file that is past reading, a copy says at once.
    private static string ReadOrRefuse(string file)
    {
        try
        {
            using var copy = SqliteCopy.Of(file);
            return Read(copy.Connection);
        }
        catch (ModelException e) when (e.InnerException is SqliteException refusal)
        {
            return $"error {refusal.SqliteErrorCode}\nerror {refusal.SqliteErrorCode}";
        }
    }

    private static string Files(string file) => string.Join('\n',
        Directory.GetFiles(Path.GetDirectoryName(file)!).Order(StringComparer.Ordinal)
            .Select(f => $"{f} {Convert.ToHexString(File.ReadAllBytes(f))} {File.GetLastWriteTimeUtc(f):O}"));

    // A log that was cut short and whose database has newer pages already is damage, which both must see alike.
    private static string Read(string connectionString)
    {
        using var connection = new SqliteConnection(connectionString);
        connection.Open();
        return string.Join('\n', new[] { "PRAGMA integrity_check", Content }.Select(query =>
        {
            using var command = connection.CreateCommand();
            command.CommandText = query;
            try
            {
                return (string)command.ExecuteScalar()!;
            }
            catch (SqliteException e)
            {
                return $"error {e.SqliteErrorCode}";
            }
        }));
    }

    /// <summary>A database and its log as a kill leaves them.</summary>
    private static string Write(TestFolder folder, (int What, int Rows)[] transactions)
    {
        using var live = new TestFolder();
        using var connection = new SqliteConnection($"Data Source={Path.Combine(live.Path, "a.db")};Pooling=False");
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = "PRAGMA journal_mode=WAL; PRAGMA wal_autocheckpoint=0; PRAGMA auto_vacuum=FULL; "
            + "CREATE TABLE t(k INTEGER PRIMARY KEY, x);";
        command.ExecuteNonQuery();
        foreach (var (what, rows) in transactions)
        {
            command.CommandText = what switch
            {
                0 => "PRAGMA wal_checkpoint(PASSIVE)",
                1 => $"DELETE FROM t WHERE k <= (SELECT min(k) + {rows} FROM t)",
                2 => "PRAGMA wal_checkpoint(RESTART)",
                _ => "BEGIN; " + string.Concat(Enumerable.Range(0, rows).Select(
                    i => $"INSERT INTO t(x) VALUES (randomblob({(i * 977) + (what * 100)})); ")) + "COMMIT;",
            };
            command.ExecuteNonQuery();
        }
        live.CopyTo(folder);
        return Path.Combine(folder.Path, "a.db");
    }

    private static void Damage(string wal, double at, int how)
    {
        var bytes = File.ReadAllBytes(wal);
        if (how == 0 || bytes.Length == 0)
            return;
        var place = (int)(at * (bytes.Length - 1));
        if (how == 1)
            bytes[place] ^= 64;
        File.WriteAllBytes(wal, how == 1 ? bytes : bytes[..place]);
    }

    private static void Execute(string file, params string[] statements)
    {
        using var connection = new SqliteConnection($"Data Source={file};Pooling=False");
        connection.Open();
        foreach (var statement in statements)
        {
            using var command = connection.CreateCommand();
            command.CommandText = statement;
            command.ExecuteNonQuery();
        }
    }
}
