using Microsoft.Data.Sqlite;
using Npgsql;

namespace MoE.Actors.Storage;

/// <summary>Tells a disk without space from all else that may ail a store: to try again is no use then.</summary>
internal static class FullDisk
{
    /// <summary>What to do about it.</summary>
    public const string Remedy = "The disk is full: free some space, then run the same command to continue.";

    private const int SqliteFull = 13;
    private const int SqliteIoError = 10;
    private const int NoSpace = 28;                          // ENOSPC
    private const long LittleSpace = 1 << 20;

    /// <summary>Refuses to begin where nothing fits: Akka would try for long to make its tables.</summary>
    /// <exception cref="ModelException">There is too little space.</exception>
    public static void Refuse(string directory)
    {
        if (FreeBytes(directory) is < LittleSpace and var free)
            throw new ModelException($"{directory} has {free >> 10} KiB of free space, too little to start. {Remedy}");
    }

    /// <summary>A failure that <see cref="IsCause"/> recognises.</summary>
    public static IOException Failure(string reason) => new(reason, NoSpace);

    /// <summary>Whether a failure to write to the directory comes from there being no space.</summary>
    public static bool IsCause(Exception? failure, string? directory)
    {
        for (var e = failure; e is not null; e = e.InnerException)
            switch (e)
            {
                case SqliteException { SqliteErrorCode: SqliteFull }:
                case IOException { HResult: NoSpace }:
                case PostgresException { SqlState: PostgresErrorCodes.DiskFull }:
                    return true;

                // SQLite says no more where its index of the write-ahead log finds no space.
                case SqliteException { SqliteErrorCode: SqliteIoError } when directory is not null:
                    return FreeBytes(directory) < LittleSpace;
            }
        return false;
    }

    private static long FreeBytes(string directory) => new DriveInfo(Path.GetFullPath(directory)).AvailableFreeSpace;
}
