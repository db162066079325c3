using System.Globalization;

namespace MoE.Compute.Files;

/// <summary>
/// A file that a user named to be written. A link is followed. A pipe or a device is written into and stays what it is;
/// so does what the system keeps open under /dev/fd, standard output among it. A plain file is replaced at the end, by
/// <see cref="Replace"/>, or written from its beginning, by <see cref="Open"/>.
/// </summary>
public sealed class OutputFile
{
    private const int StandardOutput = 1;
    private const int StandardError = 2;
    private const int MostLinks = 40;

    private readonly PathKind _kind;
    private readonly int? _descriptor;

    private OutputFile(string path)
    {
        Path = path;
        try
        {
            (Target, _descriptor) = Follow(System.IO.Path.GetFullPath(path));
        }
        catch (Exception e) when (e is ArgumentException or IOException or UnauthorizedAccessException)
        {
            throw Unwritable(e);
        }
        if (_descriptor is { } descriptor && !StandardStreams.Has(descriptor))
            throw new OutputFileException($"{path} is closed; give a path that can be written.");
        _kind = PathKinds.Of(_descriptor is null ? Target : path);
        if (_kind == PathKind.Folder)
            throw new OutputFileException($"{path} is a directory; give the path of a file.");
        if (_kind == PathKind.Nothing && new FileInfo(path).LinkTarget is not null)
            throw new OutputFileException($"{path} is a link to {Target}, which is not there; name a file.");
    }

    private OutputFile(int descriptor) =>
        (Path, Target, _kind, _descriptor) = ("standard output", "standard output", PathKind.Special, descriptor);

    /// <summary>The path as the user gave it.</summary>
    public string Path { get; }

    /// <summary>The full path after following all links.</summary>
    public string Target { get; }

    /// <summary>
    /// Whether the bytes go to this process's standard output, so that nothing else should be written there.
    /// </summary>
    public bool IsStandardOutput => _descriptor == StandardOutput;

    /// <summary>Whether it is a file on a disk, or none yet; a pipe or a device otherwise.</summary>
    public bool IsPlain => _descriptor is null && _kind is PathKind.Plain or PathKind.Nothing;

    /// <summary>The file at a path; nothing is opened yet.</summary>
    /// <exception cref="OutputFileException">It is a directory, or a link that leads nowhere.</exception>
    public static OutputFile At(string path) => new(path);

    /// <summary>Whether a path leads to this file.</summary>
    public bool IsSameAs(string path) => IsPlain && File.Exists(path)
        && Follow(System.IO.Path.GetFullPath(path)).Target == Target;

    /// <summary>Makes sure, as far as that leaves no trace, that <see cref="Replace"/> will work.</summary>
    /// <exception cref="OutputFileException">It will not.</exception>
    public void CheckReplace()
    {
        if (!IsPlain)
            return;                                          // the reader of a pipe would take this for the whole
        try
        {
            var (file, beside) = CreateBeside();
            file.Dispose();
            File.Delete(beside);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw Unwritable(e);
        }
    }

    /// <summary>Makes sure, as far as that leaves no trace, that <see cref="Open"/> will work.</summary>
    /// <exception cref="OutputFileException">It will not.</exception>
    public void CheckOpen()
    {
        if (_kind != PathKind.Plain || !IsPlain)
        {
            CheckReplace();
            return;
        }
        try
        {
            OpenPlain(FileMode.Open).Dispose();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw Unwritable(e);
        }
    }

    /// <summary>Standard output as a file that is written bit by bit.</summary>
    internal static Stream StandardOutputStream() =>
        new OutputStream(new OutputFile(StandardOutput), Console.OpenStandardOutput());

    /// <summary>
    /// Opens the file to be written bit by bit, for output that is read while it grows; a plain file loses what it
    /// held. Waits for the reader of a pipe. What cannot be written throws an <see cref="OutputFileException"/>.
    /// </summary>
    /// <exception cref="OutputFileException">It cannot be opened.</exception>
    public Stream Open()
    {
        try
        {
            return new OutputStream(this, OpenTarget());
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw Unwritable(e);
        }
    }

    /// <summary>As <see cref="Open"/>, and stops to wait for a pipe's reader when it is cancelled.</summary>
    /// <exception cref="OutputFileException">It cannot be opened.</exception>
    public async Task<Stream> OpenAsync(CancellationToken cancel)
    {
        var opening = Task.Run(Open, CancellationToken.None);
        try
        {
            return await opening.WaitAsync(cancel);
        }
        catch (OperationCanceledException)
        {
            _ = opening.ContinueWith(
                late => late.Result.Dispose(), CancellationToken.None, TaskContinuationOptions.OnlyOnRanToCompletion,
                TaskScheduler.Default);
            throw;
        }
    }

    /// <summary>
    /// Writes the file as a whole: a plain one beside it, flushed to the disk and renamed, so that a crash leaves the
    /// old file or none; a pipe or a device is written into.
    /// </summary>
    /// <exception cref="OutputFileException">It cannot be written.</exception>
    public void Replace(Action<Stream> write)
    {
        ArgumentNullException.ThrowIfNull(write);
        try
        {
            if (IsPlain)
                ReplacePlain(write);
            else
                using (var stream = OpenTarget())
                    write(stream);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw Unwritable(e);
        }
    }

    internal OutputFileException Unwritable(Exception cause) => cause switch
    {
        OutputFileException known => known,
        DirectoryNotFoundException => new OutputFileException(
            $"{Path} cannot be written: there is no folder {System.IO.Path.GetDirectoryName(Target)}; "
                + "name a file in a folder that is there.", cause),
        UnauthorizedAccessException => new OutputFileException(
            $"{Path} cannot be written: access to it, or to its folder, is denied; give a path that can be.", cause),
        _ => new OutputFileException(
            $"{Path} cannot be written: {Reason(cause)}; give a path that can be, with room enough.", cause),
    };

    // The system's messages end with the path, and a file beside ours is nothing that the user named.
    private static string Reason(Exception cause)
    {
        var reason = cause.Message.TrimEnd('.');
        return reason.IndexOf(" : '", StringComparison.Ordinal) is > 0 and var end ? reason[..end] : reason;
    }

    private static (string Target, int? Descriptor) Follow(string path)
    {
        var at = path;
        for (var links = 0; ; links++)
        {
            if (Descriptor(at) is { } descriptor)
                return (at, descriptor);
            if (new FileInfo(at).LinkTarget is not { } next)
                return (at, null);
            if (links == MostLinks)
                throw new IOException("the link leads back to itself");
            at = System.IO.Path.GetFullPath(next, System.IO.Path.GetDirectoryName(at)!);
        }
    }

    private static int? Descriptor(string path) =>
        !OperatingSystem.IsWindows()
        && System.IO.Path.GetDirectoryName(path) is "/dev/fd" or "/proc/self/fd" or "/proc/thread-self/fd"
        && int.TryParse(
            System.IO.Path.GetFileName(path), NumberStyles.None, CultureInfo.InvariantCulture, out var number)
        ? number : null;

    private Stream OpenTarget() => _descriptor switch
    {
        StandardOutput => Console.OpenStandardOutput(),      // shares its place in a file with what is printed
        StandardError => Console.OpenStandardError(),
        not null => OpenPlain(FileMode.Open, Path),
        _ => OpenPlain(IsPlain ? FileMode.Create : FileMode.Open),
    };

    private FileStream OpenPlain(FileMode mode, string? path = null) =>
        new(path ?? Target, mode, FileAccess.Write, FileShare.Read, 1 << 16);

    private void ReplacePlain(Action<Stream> write)
    {
        var (file, beside) = CreateBeside();
        var isWhole = false;
        try
        {
            using (file)
            {
                write(file);
                file.Flush(flushToDisk: true);
            }
            File.Move(beside, Target, overwrite: true);
            isWhole = true;
        }
        finally
        {
            if (!isWhole)
                File.Delete(beside);                         // a full disk has better use for the room
        }
    }

    // A name of its own: a file or a link that already exists belongs to someone else.
    private (FileStream File, string Path) CreateBeside()
    {
        for (var number = 0; ; number++)
        {
            var path = string.Create(
                CultureInfo.InvariantCulture, $"{Target}.{Environment.ProcessId}-{number}.part");
            try
            {
                return (new FileStream(path, Beside()), path);
            }
            catch (IOException) when (System.IO.Path.Exists(path) || new FileInfo(path).LinkTarget is not null)
            {
                // the next number, then
            }
        }
    }

    private FileStreamOptions Beside()
    {
        var options = new FileStreamOptions
        {
            Mode = FileMode.CreateNew,
            Access = FileAccess.Write,
            Share = FileShare.None,
            BufferSize = 1 << 16,
        };
        if (_kind == PathKind.Plain && !OperatingSystem.IsWindows())
            options.UnixCreateMode = File.GetUnixFileMode(Target);    // as private as the one that it replaces
        return options;
    }
}

/// <summary>A file that cannot be written: one line says which, why and what to do.</summary>
public sealed class OutputFileException : IOException
{
    /// <summary>A file that cannot be written because of <paramref name="message"/>.</summary>
    public OutputFileException(string message)
        : base(message)
    {
    }

    /// <summary>As above, after the error <paramref name="innerException"/> of the system.</summary>
    public OutputFileException(string message, Exception? innerException)
        : base(message, innerException)
    {
    }
}

/// <summary>What a path leads to, links followed.</summary>
internal enum PathKind
{
    /// <summary>Nothing is there.</summary>
    Nothing,

    /// <summary>A file on a disk.</summary>
    Plain,

    /// <summary>A directory.</summary>
    Folder,

    /// <summary>A pipe, a device or a socket.</summary>
    Special,
}

/// <summary>Tells files from pipes and devices without opening them.</summary>
internal static class PathKinds
{
    // sys/stat.h
    private const int TypeMask = 0xF000;
    private const int Directory = 0x4000;
    private const int Regular = 0x8000;

    /// <summary>The kind of a path.</summary>
    public static PathKind Of(string path)
    {
        if (System.IO.Directory.Exists(path))
            return PathKind.Folder;
        if (OperatingSystem.IsWindows())
            return File.Exists(path) ? PathKind.Plain : PathKind.Nothing;
        return (SystemNative.Mode(path) & TypeMask) switch
        {
            null => PathKind.Nothing,
            Regular => PathKind.Plain,
            Directory => PathKind.Folder,
            _ => PathKind.Special,
        };
    }
}
