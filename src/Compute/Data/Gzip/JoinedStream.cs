namespace MoE.Compute.Data.Gzip;

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
