using System.IO.Compression;

namespace MoE.Compute.Data;

/// <summary>
/// Unpacks gzip, and finds out when it was cut off, which <see cref="GZipStream"/> takes for its end. To that purpose
/// an end mark, packed as a gzip member of its own, is put after the file: it comes out again exactly when everything
/// before it was whole.
/// </summary>
internal sealed class CheckedGzip : ForwardStream
{
    private static readonly byte[] Mark = "end mark of MoE.Compute.Data"u8.ToArray();
    private static readonly byte[] PackedMark = Pack(Mark);

    private readonly JoinedStream _packed;
    private readonly GZipStream _unpacked;
    private bool _ended;

    private CheckedGzip(ReadOnlyMemory<byte> head, Stream body)
    {
        _packed = new JoinedStream(head, body, PackedMark);
        _unpacked = new GZipStream(_packed, CompressionMode.Decompress);
    }

    /// <summary>The bytes of a stream, unpacked if they begin as gzip does.</summary>
    public static Stream OpenByContent(Stream stream)
    {
        var head = new byte[2];
        var read = stream.ReadAtLeast(head, head.Length, throwOnEndOfStream: false);
        return head is [0x1F, 0x8B]
            ? new CheckedGzip(head, stream)
            : new JoinedStream(head.AsMemory(0, read), stream, default);
    }

    /// <exception cref="InvalidDataException">The gzip is corrupt or was cut off.</exception>
    public override int Read(Span<byte> buffer)
    {
        if (_ended || buffer.IsEmpty)
            return 0;
        return Checked(buffer, _unpacked.Read(buffer));
    }

    /// <exception cref="InvalidDataException">The gzip is corrupt or was cut off.</exception>
    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken)
    {
        if (_ended || buffer.IsEmpty)
            return 0;
        var read = await _unpacked.ReadAsync(buffer, cancellationToken);
        return Checked(buffer.Span, read);
    }

    private int Checked(ReadOnlySpan<byte> buffer, int read)
    {
        if (read > 0 && !_packed.BodyEnded)
            return read;
        _ended = true;
        return IsMark(buffer[..read]) ? 0 : throw new InvalidDataException("the compressed data are cut off");
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
            _unpacked.Dispose();
        base.Dispose(disposing);
    }

    private bool IsMark(ReadOnlySpan<byte> first)
    {
        var rest = new byte[Mark.Length + 1];
        var read = _unpacked.ReadAtLeast(rest, rest.Length, throwOnEndOfStream: false);
        return first.Length + read == Mark.Length && Mark.AsSpan().StartsWith(first)
            && Mark.AsSpan(first.Length).SequenceEqual(rest.AsSpan(0, read));
    }

    private static byte[] Pack(byte[] bytes)
    {
        using var packed = new MemoryStream();
        using (var gzip = new GZipStream(packed, CompressionLevel.NoCompression))
            gzip.Write(bytes);
        return packed.ToArray();
    }
}

/// <summary>A stream that can only be read, from front to back.</summary>
internal abstract class ForwardStream : Stream
{
    public sealed override bool CanRead => true;

    public sealed override bool CanSeek => false;

    public sealed override bool CanWrite => false;

    public sealed override long Length => throw new NotSupportedException();

    public sealed override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public abstract override int Read(Span<byte> buffer);

    public sealed override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    public abstract override ValueTask<int> ReadAsync(
        Memory<byte> buffer, CancellationToken cancellationToken = default);

    public sealed override Task<int> ReadAsync(
        byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public sealed override void Flush()
    {
    }

    public sealed override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public sealed override void SetLength(long value) => throw new NotSupportedException();

    public sealed override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
}

/// <summary>Bytes, then a stream, then bytes; the parts are never mixed in one read.</summary>
internal sealed class JoinedStream(ReadOnlyMemory<byte> head, Stream body, ReadOnlyMemory<byte> tail) : ForwardStream
{
    private ReadOnlyMemory<byte> _head = head;
    private ReadOnlyMemory<byte> _tail = tail;

    /// <summary>Whether the body was read to its end.</summary>
    public bool BodyEnded { get; private set; }

    public override int Read(Span<byte> buffer)
    {
        if (buffer.IsEmpty)
            return 0;
        if (!_head.IsEmpty)
            return Take(ref _head, buffer);
        if (!BodyEnded && body.Read(buffer) is > 0 and var read)
            return read;
        BodyEnded = true;
        return Take(ref _tail, buffer);
    }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken)
    {
        if (buffer.IsEmpty)
            return 0;
        if (!_head.IsEmpty)
            return Take(ref _head, buffer.Span);
        if (!BodyEnded && await body.ReadAsync(buffer, cancellationToken) is > 0 and var read)
            return read;
        BodyEnded = true;
        return Take(ref _tail, buffer.Span);
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
            body.Dispose();
        base.Dispose(disposing);
    }

    private static int Take(ref ReadOnlyMemory<byte> bytes, Span<byte> buffer)
    {
        var count = Math.Min(bytes.Length, buffer.Length);
        bytes.Span[..count].CopyTo(buffer);
        bytes = bytes[count..];
        return count;
    }
}
